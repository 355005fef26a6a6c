//! Remembers what a build was made of, so that it is not made again of the same.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::cache::make_folder;

/// Whether outputs still are what was built from these inputs.
pub(crate) struct Stamp {
    file: PathBuf,
    inputs: String,
    outputs: Vec<PathBuf>,
}

impl Stamp {
    /// `inputs` are files and folders, `tools` whatever else decides about the outcome.
    pub(crate) fn new(file: PathBuf, inputs: &[PathBuf], tools: &str, outputs: Vec<PathBuf>) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        hasher.write(tools.as_bytes());
        for input in inputs {
            hash_tree(input, &mut hasher)?;
        }
        Ok(Self { file, inputs: format!("{:016x}", hasher.finish()), outputs })
    }

    /// `true` if the inputs are the same as at the last [`Stamp::write`] and nobody touched the outputs since.
    pub(crate) fn is_current(&self) -> bool {
        self.text().is_some_and(|text| fs::read_to_string(&self.file).is_ok_and(|written| written == text))
    }

    /// Remembers that the outputs are built from the inputs.
    pub(crate) fn write(&self) -> Result<()> {
        let text = self.text().context("the build left no output")?;
        make_folder(self.file.parent().context("a stamp without a folder")?)?;
        fs::write(&self.file, text).with_context(|| format!("cannot write {}", self.file.display()))
    }

    /// The inputs' hash and when each output was written; `None` if one is not there.
    fn text(&self) -> Option<String> {
        let mut text = self.inputs.clone();
        for output in &self.outputs {
            let written_at = fs::metadata(output).ok()?.modified().ok()?;
            text = format!("{text}\n{written_at:?}");
        }
        Some(text)
    }
}

/// Hashes names and bytes below `path`, without what builds leave there.
fn hash_tree(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    let name = path.file_name().unwrap_or_default();
    if name == "dist" || name == "node_modules" || name == "target" {
        return Ok(());
    }
    hasher.write(name.as_encoded_bytes());
    if !path.is_dir() {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        hasher.write(&bytes);
        return Ok(());
    }
    let mut entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| hash_tree(entry, hasher))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    /// A folder of this test's own, removed when dropped.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("xtask-{}-{name}", std::process::id()));
            fs::create_dir_all(path.join("in/dist")).unwrap();
            fs::write(path.join("in/a.rs"), "a").unwrap();
            fs::write(path.join("out"), "built").unwrap();
            Self(path)
        }

        fn stamp(&self) -> Stamp {
            let inputs = [self.0.join("in")];
            Stamp::new(self.0.join("stamp"), &inputs, "1", vec![self.0.join("out")]).unwrap()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn holds_while_inputs_and_outputs_stay_as_they_are() {
        let folder = Folder::new("holds");
        assert!(!folder.stamp().is_current());
        folder.stamp().write().unwrap();
        assert!(folder.stamp().is_current());
        fs::write(folder.0.join("in/dist/page.html"), "left by a build").unwrap();
        assert!(folder.stamp().is_current());
    }

    #[test]
    fn breaks_when_an_input_changes() {
        let folder = Folder::new("input");
        folder.stamp().write().unwrap();
        fs::write(folder.0.join("in/b.rs"), "b").unwrap();
        assert!(!folder.stamp().is_current());
    }

    #[test]
    fn breaks_when_somebody_else_writes_or_removes_an_output() {
        let folder = Folder::new("output");
        folder.stamp().write().unwrap();
        let output = fs::File::options().write(true).open(folder.0.join("out")).unwrap();
        output.set_modified(SystemTime::now() + Duration::from_secs(5)).unwrap();
        assert!(!folder.stamp().is_current());
        fs::remove_file(folder.0.join("out")).unwrap();
        assert!(!folder.stamp().is_current());
    }
}
