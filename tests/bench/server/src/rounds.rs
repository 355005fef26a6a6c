//! Deliveries and conditional reads, each row once per round, so that what disturbs the machine disturbs all of them.

use std::io::Result;
use std::net::SocketAddr;
use std::time::Duration;

use crate::Plan;
use crate::deliveries::Deliveries;
use crate::figures::{BASE, Figures};
use crate::load::{self, Requests};
use crate::peers::{self, Headshot, Peer, Postgres};
use crate::sessions::{Session, USUAL};
use crate::usage::processor_time;

/// Reads are of so many sessions: as many as browsers look at one server's at once.
const READ: usize = 500;

/// So long is the round before the first, which warms up and finds out how many requests a slot takes.
const WARM_UP: Duration = Duration::from_millis(500);

struct Row {
    section: &'static str,
    name: String,
    addresses: Vec<SocketAddr>,
    /// The processes whose time is the server's.
    servers: Vec<u32>,
    /// The database beside them.
    database: Option<u32>,
    sends: Sends,
}

enum Sends {
    Deliveries {
        deliveries: Deliveries,
        per_second: f64,
    },
    /// Again and again, with the status of the answer.
    Reads(Vec<Vec<u8>>, u16),
}

/// What runs for as long as is measured; the database ends after those who use it.
struct Stage {
    rows: Vec<Row>,
    peers: Vec<Peer>,
    postgres: Option<Postgres>,
}

pub fn run(plan: &Plan, provider: SocketAddr, figures: &mut Figures) -> Result<()> {
    let mut stage = Stage::set(plan, provider)?;
    for row in &mut stage.rows {
        row.measure(WARM_UP)?;
    }
    for round in 0..plan.rounds {
        let count = stage.rows.len();
        for place in 0..count {
            let row = &mut stage.rows[(place + round) % count];
            for (column, figure) in row.measure(plan.slot())? {
                figures.add(row.section, &row.name, column, figure);
            }
        }
    }
    Ok(())
}

impl Stage {
    fn set(plan: &Plan, provider: SocketAddr) -> Result<Self> {
        let nginx = peers::nginx(&plan.nginx, &plan.folder.join(BASE))?;
        let rows = vec![
            Row::deliveries(BASE, &[&nginx], Deliveries::about_nobody()),
            Row::reads(BASE, &nginx, vec![Session::nobodys()], 200),
        ];
        let mut stage = Self { rows, peers: vec![nginx], postgres: None };
        if plan.measures("express") {
            stage.set_express(plan)?;
        }
        if plan.measures("sqlite") {
            stage.set_sqlite(plan, provider)?;
        }
        if plan.measures("postgres") {
            stage.set_postgres(plan, provider)?;
        }
        Ok(stage)
    }

    fn set_express(&mut self, plan: &Plan) -> Result<()> {
        let file = plan.folder.join("express.db");
        for (name, file) in [("Express, not durable", None), ("Express, durable", Some(&*file))] {
            let peer = peers::express(&plan.node, &plan.express, file)?;
            self.rows.push(Row::deliveries(name, &[&peer], Deliveries::about_nobody()));
            self.peers.push(peer);
        }
        Ok(())
    }

    fn set_sqlite(&mut self, plan: &Plan, provider: SocketAddr) -> Result<()> {
        for (name, program) in &plan.headshot {
            let name = ["SQLite", name].concat();
            let folder = plan.folder.join(file_name(&name));
            let headshot = Headshot { program, folder: &folder, database: None, provider };
            let (peer, mut sessions) = headshot.start_with_sessions(USUAL + READ)?;
            // Those that are read stay as they are.
            let read = sessions.split_off(USUAL);
            self.rows.push(Row::deliveries(&name, &[&peer], Deliveries::about(&sessions)));
            self.rows.push(Row::reads(&name, &peer, read, 304));
            self.peers.push(peer);
        }
        Ok(())
    }

    fn set_postgres(&mut self, plan: &Plan, provider: SocketAddr) -> Result<()> {
        let postgres = peers::postgres(&plan.postgres, &plan.folder.join("postgres"))?;
        let one = plan.headshot.iter().map(|(name, program)| (["PostgreSQL", name].concat(), program, 1));
        for (name, program, servers) in one.chain([("PostgreSQL, two servers".to_owned(), plan.server(), 2)]) {
            let database = postgres.database(&file_name(&name))?;
            let folders: Vec<_> = (1..=servers).map(|nth| plan.folder.join(format!("{name} {nth}"))).collect();
            let headshot = |folder| Headshot { program, folder, database: Some(&database), provider };
            let (first, sessions) = headshot(&folders[0]).start_with_sessions(USUAL)?;
            let mut servers = vec![first];
            for folder in &folders[1..] {
                servers.push(headshot(folder).start()?);
            }
            let mut row = Row::deliveries(&name, &servers.iter().collect::<Vec<_>>(), Deliveries::about(&sessions));
            row.database = Some(postgres.running.pid());
            self.rows.push(row);
            self.peers.append(&mut servers);
        }
        self.postgres = Some(postgres);
        Ok(())
    }
}

/// The name of a row as one of a folder or of a database.
fn file_name(row: &str) -> String {
    row.to_lowercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "_")
}

impl Row {
    fn deliveries(name: &str, peers: &[&Peer], deliveries: Deliveries) -> Self {
        Self::of("deliveries", name, peers, Sends::Deliveries { deliveries, per_second: 4000.0 })
    }

    fn reads(name: &str, peer: &Peer, sessions: Vec<Session>, status: u16) -> Self {
        let requests = sessions.iter().map(|session| session.unless_changed(false)).collect();
        Self::of("reads", name, &[peer], Sends::Reads(requests, status))
    }

    fn of(section: &'static str, name: &str, peers: &[&Peer], sends: Sends) -> Self {
        let addresses = peers.iter().map(|peer| peer.address).collect();
        let servers = peers.iter().map(|peer| peer.running.pid()).collect();
        Self { section, name: name.to_owned(), addresses, servers, database: None, sends }
    }

    fn measure(&mut self, slot: Duration) -> Result<Vec<(&'static str, f64)>> {
        let requests = match &mut self.sends {
            Sends::Reads(requests, status) => Requests { all: requests.clone(), repeat: true, status: *status },
            Sends::Deliveries { deliveries, per_second } => {
                // Some more than last time; should they not suffice, the slot is shorter.
                let count = (*per_second * slot.as_secs_f64() * 1.5) as usize + 1000;
                Requests { all: deliveries.make(count), repeat: false, status: 200 }
            }
        };
        let before = self.processor_times();
        let outcome = load::run(&self.addresses, requests, slot)?;
        let after = self.processor_times();
        if let Sends::Deliveries { per_second, .. } = &mut self.sends {
            *per_second = outcome.per_second();
        }
        let each = |part: fn(&(Duration, Duration)) -> Duration| {
            (part(&after) - part(&before)).as_secs_f64() * 1e6 / outcome.answered as f64
        };
        let mut figures = vec![
            ("per_second", outcome.per_second()),
            ("p50_ms", outcome.percentile(50)),
            ("p99_ms", outcome.percentile(99)),
            ("cpu_us", each(|times| times.0)),
        ];
        if self.database.is_some() {
            figures.push(("database_us", each(|times| times.1)));
        }
        Ok(figures)
    }

    fn processor_times(&self) -> (Duration, Duration) {
        (
            self.servers.iter().map(|pid| processor_time(*pid)).sum(),
            self.database.map(processor_time).unwrap_or_default(),
        )
    }
}
