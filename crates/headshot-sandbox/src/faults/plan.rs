use std::{collections::BTreeMap, fmt, str::FromStr};

/// One way for things to go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// An event is never sent.
    Drop,
    /// An event is sent twice.
    Duplicate,
    /// An event is late, and so are all later ones of its session.
    Delay,
    /// An event is overtaken by later ones of its session.
    Reorder,
    /// An attempt carries a signature by another secret.
    Badsig,
    /// An attempt carries a genuine signature of an hour ago.
    Stale,
    /// A call of the API is answered with 500, in half of the cases after it was carried out.
    Error500,
    /// A call of the API is answered late.
    Slow,
    /// The links in an answer end at once.
    Expire,
    /// A call of the API is answered with 429.
    Ratelimit,
}

impl Fault {
    /// All faults.
    pub const ALL: [Self; 10] = [
        Self::Drop,
        Self::Duplicate,
        Self::Delay,
        Self::Reorder,
        Self::Badsig,
        Self::Stale,
        Self::Error500,
        Self::Slow,
        Self::Expire,
        Self::Ratelimit,
    ];

    /// Its word in a plan.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Duplicate => "duplicate",
            Self::Delay => "delay",
            Self::Reorder => "reorder",
            Self::Badsig => "badsig",
            Self::Stale => "stale",
            Self::Error500 => "error500",
            Self::Slow => "slow",
            Self::Expire => "expire",
            Self::Ratelimit => "ratelimit",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.as_str() == word)
    }
}

/// How often each fault strikes, and the seed that decides when; nothing goes wrong by default.
///
/// ```
/// use headshot_sandbox::{Fault, Plan};
///
/// let plan: Plan = "seed=42 drop=0.05 error500=0.1".parse()?;
/// assert_eq!((plan.seed(), plan.chance(Fault::Drop), plan.chance(Fault::Slow)), (42, 0.05, 0.0));
/// assert_eq!(plan.to_string(), "seed=42 drop=0.05 error500=0.1");
/// # Ok::<(), headshot_sandbox::InvalidPlan>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    seed: u64,
    chances: BTreeMap<Fault, f64>,
}

impl Plan {
    /// The number that decides when a fault strikes.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How often `fault` strikes, between 0 (never) and 1 (always).
    #[must_use]
    pub fn chance(&self, fault: Fault) -> f64 {
        self.chances.get(&fault).copied().unwrap_or_default()
    }
}

impl FromStr for Plan {
    type Err = InvalidPlan;

    fn from_str(text: &str) -> Result<Self, InvalidPlan> {
        let mut plan = Self::default();
        let mut known = Vec::new();
        for part in text.split_whitespace() {
            let (name, value) = part.split_once('=').ok_or_else(|| InvalidPlan::no_assignment(part))?;
            if known.contains(&name) {
                return Err(InvalidPlan(format!("`{name}` stands twice in the plan")));
            }
            known.push(name);
            match Fault::from_word(name) {
                Some(fault) => drop(plan.chances.insert(fault, chance(part, value)?)),
                None if name == "seed" => plan.seed = seed(part, value)?,
                None => return Err(InvalidPlan::unknown(name)),
            }
        }
        Ok(plan)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed={}", self.seed)?;
        self.chances.iter().try_for_each(|(fault, chance)| write!(f, " {}={chance}", fault.as_str()))
    }
}

/// Why a text is no plan, in words for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPlan(String);

impl InvalidPlan {
    fn no_assignment(part: &str) -> Self {
        Self(format!("`{part}` has no value: write `{part}=…`, and spaces only between faults"))
    }

    fn unknown(name: &str) -> Self {
        let words: Vec<_> = Fault::ALL.iter().map(|fault| fault.as_str()).collect();
        Self(format!("`{name}` is no fault; there are seed, {}", words.join(", ")))
    }
}

impl fmt::Display for InvalidPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidPlan {}

fn chance(part: &str, value: &str) -> Result<f64, InvalidPlan> {
    let chance = value.parse().ok().filter(|chance| (0.0..=1.0).contains(chance));
    chance.ok_or_else(|| InvalidPlan(format!("`{part}`: a chance is a number between 0 and 1")))
}

fn seed(part: &str, value: &str) -> Result<u64, InvalidPlan> {
    value.parse().map_err(|_| InvalidPlan(format!("`{part}`: a seed is a whole number from 0 to {}", u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        text.parse::<Plan>().unwrap_err().to_string()
    }

    #[test]
    fn reads_every_fault_and_writes_it_back() {
        let text = "seed=42 drop=0.05 duplicate=0.05 delay=0.1 reorder=0.05 badsig=0.02 stale=0.02 error500=0.05 \
                    slow=0.05 expire=0.05 ratelimit=0.02";
        assert_eq!(text.parse::<Plan>().unwrap().to_string(), text);
        assert_eq!("".parse(), Ok(Plan::default()));
    }

    #[test]
    fn names_the_misspelt_fault_and_those_that_exist() {
        let message = refused("seed=1 dorp=0.05");
        assert!(message.contains("`dorp`") && message.contains("drop, duplicate"), "{message}");
    }

    #[test]
    fn says_what_is_wrong_with_a_value() {
        for text in ["drop=1.5", "drop=-0.1", "drop=NaN", "drop=often", "drop="] {
            assert!(refused(text).contains("between 0 and 1"), "{text}");
        }
        assert!(refused("seed=-1").contains("whole number"));
        assert!(refused("drop").contains("drop=…"));
        assert!(refused("drop = 0.1").contains("has no value"));
        assert!(refused("slow=0.1 slow=0.2").contains("twice"));
    }
}
