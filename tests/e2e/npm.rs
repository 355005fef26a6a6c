//! The npm packages, installed from the packed files into empty projects and run by real JavaScript runtimes.

use anyhow::{Result, ensure};
use headshot_tests::program::prepared;
use tokio::process::Command;

#[tokio::test]
async fn the_packed_verifier_works_in_every_runtime() -> Result<()> {
    let status = Command::new("node").arg("--test").arg(prepared("HEADSHOT_CONSUMERS")).status().await?;
    ensure!(status.success(), "the consumers' tests failed, see above");
    Ok(())
}
