//! What processes use, as the kernel counts it.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use nix::unistd::{SysconfVar, sysconf};

/// The processor time of a process and of those that it started, up to now.
pub fn processor_time(pid: u32) -> Duration {
    let processes: HashMap<u32, (u32, u64)> = processes().into_iter().collect();
    let belongs = |mut child: u32| loop {
        match processes.get(&child) {
            _ if child == pid => break true,
            Some((parent, _)) => child = *parent,
            None => break false,
        }
    };
    let ticks: u64 = processes.iter().filter(|(child, _)| belongs(**child)).map(|(_, (_, ticks))| ticks).sum();
    let a_second = sysconf(SysconfVar::CLK_TCK).ok().flatten().unwrap_or(100);
    Duration::from_secs_f64(ticks as f64 / a_second as f64)
}

/// Every process with its parent and its ticks.
fn processes() -> Vec<(u32, (u32, u64))> {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        // Behind the name, which may hold anything.
        let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let field = |number: usize| fields.get(number)?.parse::<u64>().ok();
        Some((pid, (u32::try_from(field(1)?).ok()?, field(11)? + field(12)?)))
    })
    .collect()
}

/// The memory that a process has, in MiB.
pub fn resident_mib(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}
