//! One Node process that has the packed package, and answers a line for each line.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{LazyLock, Mutex, PoisonError},
};

use serde_json::Value;

static NODE: LazyLock<Mutex<Node>> = LazyLock::new(|| Mutex::new(Node::start()));

struct Node {
    _process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// Starts it, or fails with the reason, before the first case is tried and made smaller for nothing.
pub(crate) fn start() {
    LazyLock::force(&NODE);
}

/// What the package says to a question in JSON, which `tests/consumers/node/answers.mjs` reads.
pub(crate) fn answer(question: &str) -> Value {
    // A case that failed elsewhere leaves no half of a line behind.
    let mut node = NODE.lock().unwrap_or_else(PoisonError::into_inner);
    let line = node.ask(question);
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?} to {question}"))
}

impl Node {
    fn start() -> Self {
        let consumers = env::var_os("HEADSHOT_CONSUMERS").map(PathBuf::from).expect(
            "HEADSHOT_CONSUMERS is not set: run `cargo xtask test`, which packs the package and prepares its consumers",
        );
        let mut command = Command::new("node");
        command.arg(consumers.join("answers.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("node starts");
        let questions = process.stdin.take().expect("standard input is piped");
        let answers = BufReader::new(process.stdout.take().expect("standard output is piped"));
        Self { _process: process, questions, answers }
    }

    fn ask(&mut self, question: &str) -> String {
        writeln!(self.questions, "{question}").expect("node listens");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("node answers");
        line
    }
}
