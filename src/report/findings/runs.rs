//! The list of a schedule's reports, as a page for a browser.

use std::io::{Result, Write};

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::super::printable;
use super::html::{STYLE, policy};
use crate::schedule::Ran;

pub(super) fn write(schedule: &str, runs: &[Ran], to: &mut impl Write) -> Result<()> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy(&[]));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { "VPC Flow Logs: " (printable(schedule)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { h1 { "Reports of " (printable(schedule)) } }
                main {
                    table {
                        caption { "The last reports, the newest first" }
                        thead { tr { th scope="col" { "Judged (UTC)" } th scope="col" { "Verdict" } th.number scope="col" { "New" } } }
                        tbody { @for ran in runs.iter().rev() { (row(ran)) } }
                    }
                }
            }
        }
    };
    writeln!(to, "{}", page.into_string())
}

fn row(ran: &Ran) -> Markup {
    let period = super::words::span(ran.from, ran.to);
    // The name of a file beside this one: what is remembered may have been written by others.
    let is_name = |page: &&String| page.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let page = ran.page.as_ref().filter(is_name);
    html! {
        tr {
            th scope="row" { @if let Some(page) = page { a href=(page) { (period) } } @else { (period) } }
            td { (printable(&ran.verdict)) }
            td.number { (ran.new) }
        }
    }
}
