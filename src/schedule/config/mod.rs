//! The file that says what is done by the clock: `vpcflow schedule CONFIG.toml`.
//!
//! The keys are the options of the command line, so that who knows those knows these. The file is read as a whole before
//! anything runs, and everything that is wrong with it is told at once, with its line. Secrets stand elsewhere.

mod detections;
mod entry;
mod forms;
mod notes;
mod problem;
mod reading;
mod receiver;
mod schema;
mod table;
#[cfg(test)]
mod tests;
mod within;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use toml::de::DeTable;

pub use detections::{Chosen, Detections, Param};
use entry::Entry;
pub use entry::{Report, Schedule};
pub use problem::{ConfigError, Place, Placed, Problem};
pub use reading::{Limits, Logs};
pub use receiver::{Channel, Mail, Receiver, Tls};
pub use schema::schema;

use super::SecretSource;
use crate::context::{Context, ContextFiles, ContextOptions};
use crate::detect::{Catalogue, Choice, Suppressions};
use crate::limits::SCHEDULE_FILE_BYTES;
use crate::near::did_you_mean;
use crate::notify::{NotifyError, check_address, check_template};
use crate::store::AwsOptions;
use notes::Notes;
use table::Table;

/// What is done by the clock, and how.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file that says so.
    pub file: PathBuf,
    /// What is read.
    pub logs: Logs,
    /// The lake that takes in what is new, and has earlier days.
    pub lake: Option<Placed<String>>,
    /// How AWS is reached.
    pub aws: AwsOptions,
    /// How much of the machine may be used.
    pub limits: Limits,
    /// What flows alone don't say.
    pub context: ContextOptions,
    /// Which detections run.
    pub detections: Detections,
    /// Where it is remembered what ran: a folder or a prefix; without one, in the lake.
    pub state: Option<Placed<String>>,
    /// Where `/metrics` and `/healthz` are served.
    pub listen: Option<SocketAddr>,
    /// Who can be told.
    pub receivers: Vec<Receiver>,
    /// The schedules, one at least.
    pub schedules: Vec<Schedule>,
    /// The text of the file.
    pub text: String,
    /// What is not wrong, but to be known.
    pub warnings: Vec<Problem>,
    files: Vec<Placed<PathBuf>>,
    secrets: Vec<Placed<SecretSource>>,
}

impl Config {
    /// Reads a file, or a variable of the environment that holds one (`env:NAME`), and checks what it names: local files are
    /// there, secrets can be read.
    ///
    /// # Errors
    /// With all that is wrong, each with its place and remedy.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let unreadable = |error| ConfigError::Unreadable { file: file.to_owned(), error };
        let mut bytes = Vec::new();
        match file.to_str().and_then(|name| name.strip_prefix("env:")) {
            Some(name) => {
                let unset = || unreadable(io::Error::other("this variable of the environment is not set"));
                bytes.extend(std::env::var_os(name).ok_or_else(unset)?.into_encoded_bytes());
            }
            None => {
                let read = File::open(file).and_then(|file| file.take(SCHEDULE_FILE_BYTES + 1).read_to_end(&mut bytes));
                read.map_err(unreadable)?;
            }
        }
        if bytes.len() as u64 > SCHEDULE_FILE_BYTES {
            let problem = format!("larger than {SCHEDULE_FILE_BYTES} bytes: no configuration is");
            return Err(unreadable(io::Error::other(problem)));
        }
        let text = String::from_utf8(bytes).map_err(|_| unreadable(io::Error::other("not UTF-8; save it as that")))?;
        let mut config = Config::parse(&text, file)?;
        let problems = config.look_around();
        if problems.is_empty() { Ok(config) } else { Err(config.error(problems)) }
    }

    /// Reads the text of a file, and looks at nothing else.
    ///
    /// # Errors
    /// With all that is wrong.
    pub fn parse(text: &str, file: &Path) -> Result<Self, ConfigError> {
        let (root, errors) = DeTable::parse_recoverable(text);
        let notes = Notes {
            text: text.to_owned(),
            folder: file.parent().map(Path::to_owned).unwrap_or_default(),
            is_damaged: !errors.is_empty(),
            ..Notes::default()
        };
        let damaged = errors.iter().map(|error| Problem {
            place: Place::of(text, error.span().map_or(0, |span| span.start)),
            text: format!("this is no TOML: {}", error.message().replace('\n', ", ")),
        });
        let damaged: Vec<Problem> = damaged.collect();
        let root = Table::new(&notes, Some(root.get_ref()), Place { line: 1, column: 1 });
        let config = Config::read(&root, file);
        root.finish();
        let mut problems = notes.problems.take();
        // Of a line that is no TOML nothing else can be said.
        problems.retain(|problem| damaged.iter().all(|damage| damage.place.line != problem.place.line));
        problems.extend(damaged);
        problems.sort();
        problems.dedup();
        if !problems.is_empty() {
            return Err(ConfigError::Wrong { file: file.to_owned(), problems });
        }
        Ok(Config {
            text: text.to_owned(),
            warnings: notes.warnings.take(),
            files: notes.files.take(),
            secrets: notes.secrets.take(),
            ..config
        })
    }

    /// Reads the keys of a file.
    fn read(root: &Table<'_>, file: &Path) -> Self {
        let logs = Logs::read(root);
        if root.has("source") && logs.sources.is_empty() {
            root.wrong(root.place_of("source"), "source: names nothing that can be read");
        }
        let lake =
            "ingest what is new into this lake first, and judge against its history: a folder or s3://bucket/prefix";
        let lake = root.text("lake", lake, |text| root.location(text));
        let aws = root.table("aws", "how AWS is reached", reading::aws);
        let limits = root.table("limits", "how much of the machine may be used", Limits::read);
        let context = root.table("context", "files that say what flows alone don't", reading::context);
        let detections = root.table("detections", "which detections run", Detections::read);
        let state = root.table("state", "where it is remembered what ran", |table| {
            table.text("folder", "a folder or s3://bucket/prefix; in the lake, if nothing is said", |text| {
                table.location(text)
            })
        });
        let listen = root.table("http", "where /metrics and /healthz are served", listen);
        let receivers =
            root.named("notify", "who can be told, by name", |table, name| (name.clone(), Receiver::read(table, name)));
        let entries = root.tables("schedule", "what runs when", |table| Entry::read(table, &detections.chosen));
        if entries.is_empty() {
            root.missing("nothing would ever run: write [[schedule]] with name, and cron or every");
        }
        check_names(root, &entries, &receivers.iter().map(|(name, _)| name).collect::<Vec<_>>());
        let config = Config {
            file: file.to_owned(),
            logs,
            lake,
            aws,
            limits,
            context,
            detections,
            state,
            listen,
            receivers: receivers.into_iter().filter_map(|(_, receiver)| receiver).collect(),
            schedules: entries.into_iter().filter_map(|entry| entry.schedule).collect(),
            text: String::new(),
            warnings: Vec::new(),
            files: Vec::new(),
            secrets: Vec::new(),
        };
        config.check(root);
        config
    }

    /// What one part of the file says of another.
    fn check(&self, root: &Table<'_>) {
        if !root.has("lake") && self.state.is_none() && !root.has("state") {
            root.missing("where is it remembered what ran? Write folder = \"...\" under [state], or name a lake");
        }
        for Schedule { name: Placed { value: name, place }, reports, notify, .. } in &self.schedules {
            if reports.is_empty() && notify.is_empty() && !root.has("lake") {
                let remedy = "write [[schedule.report]] or notify, or name a lake";
                root.wrong(*place, format!("{name}: nobody would see what it finds: {remedy}"));
            }
        }
    }

    /// The local files that are not there and the secrets that can't be read; secrets that everybody can read are warned of,
    /// and sources that are not there: those may come.
    fn look_around(&mut self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for Placed { value: source, place } in &self.logs.sources {
            let is_one = !source.contains("://") && !source.contains(['*', '?', '[', '{']);
            if let Err(error) = is_one.then(|| std::fs::metadata(source)).transpose() {
                self.warnings.push(Problem { place: *place, text: format!("source: {source}: {error}") });
            }
        }
        for Placed { value: file, place } in &self.files {
            let wrong = match std::fs::metadata(file) {
                Err(error) => Some(error.to_string()),
                // Of a pipe nobody knows when it ends.
                Ok(of) => (!of.is_file() && !of.is_dir()).then(|| "is no regular file".to_owned()),
            };
            problems.extend(wrong.map(|wrong| Problem { place: *place, text: format!("{}: {wrong}", file.display()) }));
        }
        for Placed { value: source, place } in &self.secrets {
            if let Err(error) = source.read() {
                problems.push(Problem { place: *place, text: error.to_string() });
            }
            self.warnings.extend(source.warning().map(|text| Problem { place: *place, text }));
        }
        problems.sort();
        problems
    }

    /// Checks the detections and parameters that are named, which the catalogue knows, and the content of local files.
    ///
    /// # Errors
    /// With all that is wrong.
    pub async fn check_content(&self) -> Result<(), ConfigError> {
        let all = Choice { queries: self.detections.queries.clone(), is_unplanned: true, ..Choice::default() };
        let place = |schedule: &Schedule| schedule.name.place;
        let mut problems = self.check_files();
        match Catalogue::load(&all).await {
            Err(error) => problems
                .extend(self.schedules.first().map(|first| Problem { place: place(first), text: error.to_string() })),
            Ok(catalogue) => {
                let chosen = self.schedules.iter().map(|schedule| &schedule.chosen).chain([&self.detections.chosen]);
                problems.extend(chosen.flat_map(|chosen| chosen.unknown(&catalogue)));
            }
        }
        if problems.is_empty() {
            for schedule in &self.schedules {
                if let Err(error) = Catalogue::load(&self.choice(schedule)).await {
                    problems
                        .push(Problem { place: place(schedule), text: format!("{}: {error}", schedule.name.value) });
                }
            }
        }
        problems.sort();
        problems.dedup();
        if problems.is_empty() { Ok(()) } else { Err(self.error(problems)) }
    }

    /// What is to be known of suppressions that lie on this machine: detections that there are not, and days that are over.
    pub async fn warnings_of_suppressions(&self, today: NaiveDate) -> Vec<String> {
        let all = Choice { queries: self.detections.queries.clone(), is_unplanned: true, ..Choice::default() };
        let is_here = |file: &&PathBuf| self.files.iter().any(|known| known.value == **file);
        let files: Vec<PathBuf> = self.detections.suppress.iter().filter(is_here).cloned().collect();
        match (Catalogue::load(&all).await, Suppressions::load(&files, &ContextFiles::default())) {
            (Ok(catalogue), Ok(suppressions)) => suppressions.warnings(&catalogue, today),
            // What is wrong is told as such.
            _ => Vec::new(),
        }
    }

    /// What is wrong with suppressions, templates and context that lie on this machine, and with addresses.
    fn check_files(&self) -> Vec<Problem> {
        let place = |file: &Path| self.files.iter().find(|known| known.value == file).map(|known| known.place);
        let problem = |place: Option<Place>, error: &dyn std::error::Error| {
            place.map(|place| Problem { place, text: error.to_string().replace('\n', " ") })
        };
        let files = ContextFiles::default();
        let mut problems = Vec::new();
        for file in &self.detections.suppress {
            let read = place(file).map(|_| Suppressions::load(std::slice::from_ref(file), &files));
            problems.extend(read.and_then(Result::err).and_then(|error| problem(place(file), &error)));
        }
        for receiver in &self.receivers {
            if let Channel::Slack { url } | Channel::Webhook { url, .. } = &receiver.channel {
                let place = self.secrets.iter().find(|known| known.value == *url).map(|known| known.place);
                problems.extend(check_address(url).err().and_then(|error| problem(place, &error)));
            }
        }
        for receiver in &self.receivers {
            let Some(file) = &receiver.template else { continue };
            problems.extend(match check_template(file, receiver.secret()) {
                // What is wrong with the secret itself is told already.
                Ok(()) | Err(NotifyError::Secret(_)) => None,
                Err(error) => problem(place(file), &error),
            });
        }
        if self.context.files().all(|file| place(file).is_some())
            && let Err(error) = Context::load(&self.context, &files)
        {
            let text = error.to_string();
            let named = self.context.files().find(|file| text.contains(&file.display().to_string()));
            problems.extend(problem(named.or(self.context.files().next()).and_then(|file| place(file)), &error));
        }
        problems
    }

    /// An error of this file.
    fn error(&self, problems: Vec<Problem>) -> ConfigError {
        ConfigError::Wrong { file: self.file.clone(), problems }
    }

    /// The detections of a schedule, for the catalogue.
    pub fn choice(&self, schedule: &Schedule) -> Choice {
        let names = |all: &[Placed<String>]| all.iter().map(|placed| placed.value.clone()).collect();
        let param =
            |Placed { value, .. }: &Placed<Param>| (value.detection.clone(), value.name.clone(), value.value.clone());
        Choice {
            only: names(&schedule.chosen.only),
            exclude: names(&schedule.chosen.exclude),
            params: schedule.chosen.params.iter().map(param).collect(),
            queries: self.detections.queries.clone(),
            ..Choice::default()
        }
    }
}

/// Each schedule has a name of its own, and whom it tells there is; who is told by none is to be known.
fn check_names(root: &Table<'_>, entries: &[Entry], receivers: &[&Placed<String>]) {
    let mut places: HashMap<&str, Place> = HashMap::new();
    for Placed { value: name, place } in entries.iter().filter_map(|entry| entry.name.as_ref()) {
        if let Some(first) = places.insert(name, *place) {
            root.wrong(*place, format!("name: {name} is the name of the schedule at {first} too; give each its own"));
        }
    }
    let wanted = || entries.iter().flat_map(|entry| &entry.notify);
    for Placed { value: name, place } in wanted() {
        let known = || receivers.iter().map(|receiver| receiver.value.as_str());
        if !known().any(|receiver| receiver == name) {
            let near = did_you_mean(name, known());
            root.wrong(*place, format!("notify: there is no [notify.{name}]{near}; write it, or leave the name out"));
        }
    }
    for Placed { value: name, place } in receivers {
        if !wanted().any(|wanted| wanted.value == *name) {
            let text = format!("{name}: no schedule tells this receiver; write notify = [\"{name}\"] in one");
            root.notes.warnings.borrow_mut().push(Problem { place: *place, text });
        }
    }
}

/// Where the service answers. What it says of a network is for nobody else, unless that is meant.
fn listen(table: &Table<'_>) -> Option<SocketAddr> {
    let address = |text: &str| {
        text.parse::<SocketAddr>().map_err(|_| "write an address and a port: 127.0.0.1:9464 or [::1]:9464".to_owned())
    };
    let listen = table.text("listen", "the address and the port, as in 127.0.0.1:9464", address);
    let is_public = table.flag("public", "whether other machines may reach it");
    if table.is_there() && !table.has("listen") {
        table.missing("listen is missing: write listen = \"127.0.0.1:9464\", or leave [http] out");
    }
    let Placed { value: address, place } = listen?;
    if !address.ip().is_loopback() && !is_public {
        table.wrong(
            place,
            format!(
                "listen: {address} is open to other machines, and asks nobody who he is; write public = true beside it if that is \
                 meant, or listen = \"127.0.0.1:{}\"",
                address.port()
            ),
        );
    }
    Some(address)
}
