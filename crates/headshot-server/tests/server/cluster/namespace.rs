use std::net::{IpAddr, Ipv4Addr};
use std::process::Command;

/// A network of a server's own, with two cables to this one: by the first it is asked, by the second it reaches its
/// database.
pub(super) struct Namespace {
    name: String,
    third: u8,
    fourth: u8,
}

impl Namespace {
    /// A new one, or why there can be none here.
    pub(super) fn new() -> Result<Self, String> {
        let id = std::process::id();
        // Networks of four addresses each, two for this process.
        let [low, high, ..] = (id % (32 * 256)).to_le_bytes();
        let namespace = Self { name: format!("headshot{id}"), third: low, fourth: high * 8 };
        ip(&format!("netns add {}", namespace.name))?;
        for cable in 0..2 {
            let (outer, inner) = (outer(cable), format!("in{cable}"));
            let (here, there) = (namespace.here(cable), namespace.there(cable));
            ip(&format!("link add {outer} type veth peer name {inner} netns {}", namespace.name))?;
            ip(&format!("address add {here}/30 dev {outer}"))?;
            ip(&format!("link set {outer} up"))?;
            ip(&format!("-n {} address add {there}/30 dev {inner}", namespace.name))?;
            ip(&format!("-n {} link set {inner} up", namespace.name))?;
        }
        Ok(namespace)
    }

    /// This end of a cable.
    pub(super) fn here(&self, cable: u8) -> IpAddr {
        Ipv4Addr::new(10, 213, self.third, self.fourth + 4 * cable + 1).into()
    }

    /// The other end.
    pub(super) fn there(&self, cable: u8) -> IpAddr {
        Ipv4Addr::new(10, 213, self.third, self.fourth + 4 * cable + 2).into()
    }

    /// The same command in there.
    pub(super) fn inside(&self, command: &Command) -> Command {
        let mut inside = Command::new("ip");
        inside.args(["netns", "exec", &self.name]).arg(command.get_program()).args(command.get_args()).env_clear();
        inside.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        if let Some(folder) = command.get_current_dir() {
            inside.current_dir(folder);
        }
        inside
    }

    #[expect(clippy::unused_self, reason = "it is a cable of this namespace")]
    pub(super) fn pull_the_database_out(&self) {
        ip(&format!("link set {} down", outer(1))).unwrap();
    }

    #[expect(clippy::unused_self, reason = "it is a cable of this namespace")]
    pub(super) fn plug_the_database_in(&self) {
        ip(&format!("link set {} up", outer(1))).unwrap();
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        for cable in 0..2 {
            let _ = ip(&format!("link del {}", outer(cable)));
        }
        let _ = ip(&format!("netns del {}", self.name));
    }
}

/// What this end of a cable is called.
fn outer(cable: u8) -> String {
    format!("hs{cable}{}", std::process::id())
}

fn ip(words: &str) -> Result<(), String> {
    let output = Command::new("ip").args(words.split(' ')).output().map_err(|error| format!("ip: {error}"))?;
    let told = || format!("ip {words}: {}", String::from_utf8_lossy(&output.stderr).trim());
    output.status.success().then_some(()).ok_or_else(told)
}
