//! Columns of text.

use std::fmt;

/// A table: titles, a rule, rows. Columns whose every entry begins with a digit stand to the right.
#[derive(Debug, Clone)]
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    /// An empty table with these titles.
    pub(crate) fn new<'a>(titles: impl IntoIterator<Item = &'a str>) -> Self {
        Self(vec![titles.into_iter().map(str::to_owned).collect()])
    }

    /// Adds a row with an entry for every title.
    pub(crate) fn row(&mut self, entries: impl IntoIterator<Item = String>) {
        self.0.push(entries.into_iter().collect());
    }

    fn column(&self, number: usize) -> Column {
        let entries = self.0.iter().filter_map(|row| row.get(number));
        let figures =
            entries.clone().skip(1).all(|entry| entry.is_empty() || entry.starts_with(|c: char| c.is_ascii_digit()));
        Column { width: entries.map(|entry| entry.chars().count()).max().unwrap_or(0), figures }
    }
}

#[derive(Debug, Clone, Copy)]
struct Column {
    width: usize,
    figures: bool,
}

impl Column {
    fn pad(self, entry: &str) -> String {
        let width = self.width;
        if self.figures { format!("{entry:>width$}") } else { format!("{entry:<width$}") }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<_> = (0..self.0[0].len()).map(|number| self.column(number)).collect();
        for (number, row) in self.0.iter().enumerate() {
            let entries: Vec<_> = columns.iter().zip(row).map(|(column, entry)| column.pad(entry)).collect();
            writeln!(f, "{}", entries.join("  ").trim_end())?;
            if number == 0 {
                let rules: Vec<_> = columns.iter().map(|column| "-".repeat(column.width)).collect();
                writeln!(f, "{}", rules.join("  "))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_right_and_words_left() {
        let mut table = Table::new(["who", "n"]);
        table.row(["a".to_owned(), "7".to_owned()]);
        table.row(["bcde".to_owned(), "1000".to_owned()]);
        assert_eq!(table.to_string(), "who      n\n----  ----\na        7\nbcde  1000\n");
    }

    #[test]
    fn a_missing_figure_does_not_turn_its_column() {
        let mut table = Table::new(["ratio", "end"]);
        table.row([String::new(), "x".to_owned()]);
        table.row(["0.65".to_owned(), "y".to_owned()]);
        assert_eq!(table.to_string(), "ratio  end\n-----  ---\n       x\n 0.65  y\n");
    }
}
