use sha2::{Digest as _, Sha256};

use crate::store::postgres::storable;
use crate::store::sql::{Cell, Failed, Row};

/// What rows come to, in whatever order they are read: how many there are, and the sum of their hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Digest {
    rows: u64,
    sums: [u128; 2],
}

impl Digest {
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn add(&mut self, row: &dyn Row, columns: &[String]) -> Result<(), Failed> {
        let mut hash = Sha256::new();
        for column in columns {
            match row.cell(column)? {
                Cell::Null => hash.update([0]),
                Cell::Number(number) => part(&mut hash, 1, &number.to_be_bytes()),
                Cell::Text(text) => part(&mut hash, 2, storable(text).as_bytes()),
                Cell::Bytes(bytes) => part(&mut hash, 3, bytes),
            }
        }
        let hash: [u8; 32] = hash.finalize().into();
        for (sum, half) in self.sums.iter_mut().zip(hash.as_chunks().0) {
            *sum = sum.wrapping_add(u128::from_be_bytes(*half));
        }
        self.rows += 1;
        Ok(())
    }
}

fn part(hash: &mut Sha256, kind: u8, bytes: &[u8]) {
    hash.update([kind]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Cells(&'static [Cell<'static>]);

    impl Row for Cells {
        fn names(&self) -> Vec<&str> {
            vec!["0", "1"]
        }

        fn cell(&self, column: &str) -> Result<Cell<'_>, Failed> {
            Ok(self.0[column.parse::<usize>().unwrap()])
        }
    }

    fn digest(rows: &[&'static [Cell<'static>]]) -> Digest {
        let mut digest = Digest::default();
        for row in rows {
            digest.add(&Cells(row), &["0".to_owned(), "1".to_owned()]).unwrap();
        }
        digest
    }

    #[test]
    fn the_order_of_rows_is_nothing_and_everything_else_is_something() {
        let (a, b): (&[_], &[_]) = (&[Cell::Text("a"), Cell::Number(1)], &[Cell::Text("b"), Cell::Null]);
        assert_eq!(digest(&[a, b]), digest(&[b, a]));
        let others: [&[&[_]]; 6] = [
            &[a],
            &[a, b, b],
            &[a, &[Cell::Text("b"), Cell::Number(0)]],
            &[&[Cell::Text("a"), Cell::Number(2)], b],
            &[&[Cell::Bytes(b"a"), Cell::Number(1)], b],
            &[&[Cell::Text("b"), Cell::Number(1)], &[Cell::Text("a"), Cell::Null]],
        ];
        for other in others {
            assert_ne!(digest(&[a, b]), digest(other), "{other:?}");
        }
    }
}
