//! Every limit and default in one place.

use std::time::Duration;

use crate::format::MAX_BLOCK_BYTES;

/// The largest object, inflated, that is read (`--max-object-size`): 2 GiB, which is also the most the decoder's
/// 32-bit positions reach.
pub const MAX_OBJECT_BYTES: usize = MAX_BLOCK_BYTES;

/// What is kept on disk of standard input or a pipe: 16 GiB.
pub const SPOOLED_BYTES: u64 = 16 << 30;

/// Rows in a batch.
pub const BATCH_ROWS: usize = 8192;

/// Rows of a batch on its way into the roll-up, which looks at each but once: so few that their twenty columns, and the
/// text that they are made of, are still in a core's cache.
pub const ROLL_UP_BATCH_ROWS: usize = 1024;

/// Plain text larger than this is read in pieces of this size.
pub const TEXT_PIECE_BYTES: u64 = 16 << 20;

/// How much earlier than the slot in its object's name a record may start or end. A slot names the records' end, an
/// aggregation interval is at most ten minutes, and `start` and `end` are exact to a minute; the rest of the hour is
/// caution.
pub const BEFORE_SLOT: Duration = Duration::from_secs(60 * 60);

/// How much later than the slot's beginning a record may start or end: within the slot's five minutes. So a day's records
/// lie in its own folder and in the next day's first hour, and no other is listed.
pub const AFTER_SLOT: Duration = Duration::from_secs(5 * 60 - 1);

/// Objects named in full in a coverage report, for each of: failed, passed over, sampled. The counts are complete.
pub const NAMED_OBJECTS: usize = 20;

/// The memory that operators may hold before they spill (`--memory-limit`), in bytes.
pub const MEMORY_LIMIT_BYTES: usize = 4 << 30;

/// What scans, tables of context and answers on their way hold beside what operators may, in bytes: a statement that takes
/// the process beyond the two, and half of the first again, is stopped.
pub const MEMORY_BESIDE_BYTES: usize = 1 << 30;

/// How often a process whose statements run looks at what it holds.
pub const MEMORY_LOOK: Duration = Duration::from_millis(20);

/// How long a statement that was stopped has to give back what it holds, before the process may end for it.
pub const MEMORY_PATIENCE: Duration = Duration::from_secs(1);

/// Characters of a column's name that is made of how it is written, as many as PostgreSQL takes.
pub const COLUMN_NAME_CHARS: usize = 63;

/// Rows of a window of which each row makes a list or a text.
pub const LISTED_WINDOW_ROWS: u64 = 1000;

/// The least memory limit that makes sense.
pub const LEAST_MEMORY_BYTES: u64 = 1_000_000;

/// Threads that may be asked for.
pub const MOST_THREADS: u16 = 256;

/// What a table of conversations may take in memory, in bytes, and an eighth of the memory limit at most; a larger one
/// goes to a temporary file.
pub const CONVERSATIONS_IN_MEMORY_BYTES: usize = 512 << 20;

/// Rows of a group in the temporary files of such a table: each file holds a group in memory while it is written.
pub const SPILLED_GROUP_ROWS: usize = 8 * BATCH_ROWS;

/// Detections that are asked at a time; each has its share of the threads.
pub const DETECTIONS_AT_ONCE: usize = 8;

/// Findings of one detection that are reported; a run that has more says so.
pub const FINDINGS_OF_A_DETECTION: usize = 10_000;

/// The largest file of context, inflated: a list of a million names has some 40 MB, a database of cities 150 MB, AWS
/// Config's snapshot of a large account some hundred MB.
pub const CONTEXT_FILE_BYTES: usize = 512 << 20;

/// Times a request to S3 is sent before it counts as failed.
pub const S3_ATTEMPTS: u32 = 10;

/// Times a request is sent to a server from which no answer has ever come.
pub const S3_UNREACHED_ATTEMPTS: u32 = 4;

/// The most that is waited before a request is sent a second time; it doubles from one to the next.
pub const S3_FIRST_WAIT: Duration = Duration::from_millis(200);

/// The most that is waited before a request is sent again.
pub const S3_LONGEST_WAIT: Duration = Duration::from_secs(20);

/// How long after it was first sent a request is not sent again.
pub const S3_PATIENCE: Duration = Duration::from_secs(120);

/// Keys that one listing may have: they are held in memory, some 500 bytes each.
pub const LISTED_KEYS: usize = 5_000_000;

/// Pages without a key that a listing may have, one after the other: many deleted versions make some.
pub const EMPTY_PAGES: usize = 1000;

/// How long a request may fail and be sent again before a word is said of it.
pub const S3_SILENCE: Duration = Duration::from_secs(5);

/// How long S3 may take to accept a connection.
pub const S3_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long S3 may take to begin an answer.
pub const S3_ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// The time in which `S3_SLOWEST_BYTES` of the body of an answer must come, or of a request be taken.
pub const S3_STALL_TIMEOUT: Duration = Duration::from_secs(10);

/// A body that comes more slowly than this in `S3_STALL_TIMEOUT` stands still. Hundreds of bodies share a line, which may
/// be thin.
pub const S3_SLOWEST_BYTES: u64 = 1024;

/// The largest answer that is no object: a page of a listing with a thousand of the longest keys has some 4 MB.
pub const S3_ANSWER_BYTES: u64 = 16 << 20;

/// How long after an upload was given up it is given up once more.
pub const ABORT_PAUSE: Duration = Duration::from_millis(200);

/// How long a process that is told to end takes to give up what it was sending to S3.
pub const ABORT_TIMEOUT: Duration = Duration::from_secs(3);

/// Listings of a bucket that run at a time.
pub const LISTS_AT_ONCE: usize = 16;

/// Pages of a listing, each of a thousand keys, up to which all keys of a prefix are listed at once when all are wanted.
pub const FEW_PAGES: usize = 4;

/// Wanted days of a region that are listed by name; with more, the years and months are listed to find those there are.
pub const NAMED_DAYS: usize = 62;

/// A folder outside AWS' layout that has more folders than this is listed as a whole.
pub const PLAIN_FOLDERS: usize = 64;

/// Bytes of objects that may be fetched ahead of use, by all scans of a run together.
pub const LOOKAHEAD_BYTES: usize = 256 << 20;

/// Objects that are fetched ahead of use, or have been: each on a connection of its own. At 50 ms a request, and some more
/// on a busy machine, that is what two processors decode of objects of the usual size.
pub const LOOKAHEAD_OBJECTS: usize = 384;

/// An object up to this size is read in one request, whatever it turns out to be.
pub const WHOLE_BYTES: u64 = 2 * TEXT_PIECE_BYTES;

/// A Parquet object up to this size is read in one request; of a larger one only the columns that a query reads are.
pub const WHOLE_PARQUET_BYTES: u64 = 2 << 20;

/// Objects whose first bytes are looked at at a time, to know a table's columns.
pub const HEADS_AT_ONCE: usize = 32;

/// Days that are judged one by one in a run: damaged times could make a day of every record.
pub const DAYS: usize = 400;

/// Days of history with which a detection that can do without compares what it sees.
pub const HISTORY_LEAST_DAYS: usize = 3;

/// Days before the one that is judged that are its history: five weeks.
pub const HISTORY_DAYS: i64 = 35;

/// No time is later, in Unix seconds: the last second of the year 9999.
pub const LAST_SECOND: i64 = 253_402_300_799;

/// Connections, and services behind gateways, that a thread notes for the whole of the roll-up, at most, of each kind.
pub const NOTED_CONNECTIONS: usize = 1 << 20;

/// Rows of a group in the files of a lake: what a query passes over as a whole, and the least that a thread takes.
pub const LAKE_GROUP_ROWS: usize = 256 * 1024;

/// Rows that are put in order at a time, on their way into a file.
pub const LAKE_TAKEN_ROWS: usize = 8 * BATCH_ROWS;

/// What the distinct values of a column may take in a group before they are written one by one.
pub const LAKE_DICTIONARY_BYTES: usize = 4 << 20;

/// Days that are rolled up while their records come into a lake; of more, each is read again.
pub const FED_DAYS: usize = 3;

/// Rows of a file of a lake, about.
pub const LAKE_FILE_ROWS: usize = 1 << 20;

/// Bytes of objects, as stored, whose records come into a lake in one commit (`--commit-size`).
pub const INGEST_BYTES: u64 = 256 << 20;

/// Objects whose records come into a lake in one commit.
pub const INGEST_OBJECTS: usize = 20_000;

/// What each thread may hold of decoded records before they are sorted and written, in bytes, and an eighth of its share
/// of the memory limit at most.
pub const INGEST_BUFFER_BYTES: usize = 256 << 20;

/// How long a watching ingest waits between two looks for new objects (`--every`).
pub const WATCH_PERIOD: Duration = Duration::from_secs(60);

/// Times that a change of a lake is tried while others change it first.
pub const LAKE_TRIES: usize = 100;

/// How long a queue without a message is asked for one before it says so: the longest that SQS waits.
pub const QUEUE_WAIT: Duration = Duration::from_secs(20);

/// The same of an ingest that ends with the queue's last message. Without any wait SQS asks some of its servers only, and
/// says of a queue with messages that it has none.
pub const QUEUE_LAST_WAIT: Duration = Duration::from_secs(2);

/// Messages that are received, kept or deleted with one request: the most that SQS allows.
pub const QUEUE_AT_ONCE: usize = 10;

/// How long a message that was received is kept from others: after this those of a killed process come again.
pub const QUEUE_HOLD: Duration = Duration::from_secs(120);

/// How often a message is kept anew, while its objects are read.
pub const QUEUE_HOLD_PERIOD: Duration = Duration::from_secs(40);

/// Requests that keep or delete messages, at a time.
pub const QUEUE_REQUESTS_AT_ONCE: usize = 8;

/// Messages whose objects come into a lake in one commit. A queue allows 120,000 to be received and not yet deleted.
pub const QUEUE_MESSAGES: usize = 10_000;

/// The largest message that SQS takes.
pub const QUEUE_MESSAGE_BYTES: usize = 1 << 20;

/// Objects that one message may name. S3 names one.
pub const NAMED_IN_MESSAGE: usize = 1000;

/// Objects that were named, and of which S3 is asked whether they are there, at a time.
pub const NAMED_AT_ONCE: usize = 64;

/// Messages and objects that are told once each; after so many all are forgotten.
pub const QUEUE_TOLD: usize = 10_000;

/// How often an ingest that watches a queue lists its SOURCE all the same, beside the first time.
pub const QUEUE_LISTING_PERIOD: Duration = Duration::from_secs(24 * 60 * 60);

/// Statements that the shell's history keeps.
pub const SHELL_HISTORY: usize = 10_000;

/// Rows of a result that the shell shows (`\rows`); the others are counted.
pub const SHELL_ROWS: usize = 1000;

/// Rows that are aligned with one another where all are shown without a pager: the next come with their names again.
pub const SHELL_SHOWN_TOGETHER: usize = 10_000;

/// Rows of a result that the shell keeps to draw them, beside those that it shows.
pub const SHELL_KEPT_ROWS: usize = 100_000;

/// What those rows may take, in bytes.
pub const SHELL_KEPT_BYTES: usize = 64 << 20;

/// Addresses and ids that were seen in results, and are offered where one is typed.
pub const SHELL_SEEN: usize = 10_000;

/// Columns of the list of what can be completed.
pub const SHELL_COMPLETIONS_SHOWN: u16 = 1;

/// How long the shell waits for its sources before it shows its prompt: what is wrong with files is told at once, and a
/// bucket is listed meanwhile.
pub const SHELL_PATIENCE: Duration = Duration::from_millis(100);

/// The same where another period was chosen, of which the next statement is to be: what is typed ahead is not to be answered of
/// the one before.
pub const SHELL_PERIOD_PATIENCE: Duration = Duration::from_secs(5);

/// How long the shell waits for a query that was cancelled to let go.
pub const SHELL_CANCEL: Duration = Duration::from_millis(150);

/// Groups of threads that run statements, a thread for each processor in each: a statement that does not stop when it is
/// cancelled keeps its own.
pub const WORKER_GROUPS: usize = 16;

/// How long a statement waits for one of these groups, when all have such statements.
pub const WORKER_PATIENCE: Duration = Duration::from_secs(1);

/// Pairs of rows that a join compares before it lets others have its thread.
pub const JOINED_PAIRS: usize = 1 << 18;

/// How long a join takes a few rows of one side, before it is given fewer of them at a time.
pub const JOINED_TIME: Duration = Duration::from_millis(20);

/// Rows of one side that a join is given first.
pub const JOINED_FIRST: usize = 64;

/// What a batch takes beside its columns, in bytes: what is held of rows without a column.
pub const BATCH_OVERHEAD_BYTES: usize = 160;

/// Characters of a value that are shown on a screen.
pub const SHOWN_CELL_CHARACTERS: usize = 1000;

/// Bars of a chart; more can't be told apart.
pub const CHART_BARS: usize = 40;

/// Lines of a chart.
pub const CHART_SERIES: usize = 6;

/// Spans of a histogram.
pub const CHART_BINS: usize = 20;

/// Rows of the table below a chart on a page.
pub const PAGE_TABLE_ROWS: usize = 200;

/// What may be kept of decoded objects for later questions (`--cache-size`), in bytes, and a quarter of the memory limit at
/// most.
pub const CACHE_BYTES: usize = 1 << 30;

/// Columns of an answer that are decoded of all rows, and kept, also where a filter wants few of these.
pub const CACHED_COLUMNS: usize = 12;

/// How far a period that is told as a span before now (`--since`) may lag behind, where somebody asks all the time.
pub const SINCE_STEP: Duration = Duration::from_secs(5 * 60);

/// The largest file of SQL and commands, in bytes.
pub const SQL_FILE_BYTES: u64 = 16 << 20;

/// Terms of a statement: its expressions, and some for each SELECT and each table, as often as what it stands in is named.
/// Ten times as many take a minute, and gigabytes, to plan.
pub const STATEMENT_TERMS: u64 = 1_000_000;

/// Columns of a SELECT: the time to plan them grows with their square.
pub const SELECT_COLUMNS: usize = 2000;

/// In how many ways a SELECT groups its rows (CUBE of 8 columns): planning them takes time with their square.
pub const SELECT_GROUPINGS: u64 = 256;

/// What a function may make of a batch of rows at once, in bytes.
pub const FUNCTION_BYTES: usize = 16 << 20;

/// Bytes of a name in a statement: it is named again in all that is made of it.
pub const SQL_NAME_BYTES: usize = 1000;

/// Clients that a server has at a time; one more is told so. As many as Grafana may hold open.
pub const SERVE_CLIENTS: usize = 100;

/// Terms of an expression, one within another, in a statement of a client: the time to plan it grows with their square.
pub const SERVE_EXPRESSION_DEPTH: usize = 1000;

/// Connections that have not said yet, or not shown, who they are: for one more the oldest is closed.
pub const SERVE_STRANGERS: usize = 64;

/// How long a connection may take to say and show who it is.
pub const SERVE_STARTUP: Duration = Duration::from_secs(10);

/// What who does not know the password waits before he hears it.
pub const SERVE_WRONG_PASSWORD: Duration = Duration::from_millis(500);

/// Rounds of the hash of the password, as PostgreSQL has them.
pub const SERVE_PASSWORD_ROUNDS: usize = 4096;

/// The longest message before a client has shown who it is, in bytes.
pub const SERVE_STARTUP_BYTES: usize = 10_000;

/// The longest message of a client, in bytes: a statement with its values.
pub const SERVE_MESSAGE_BYTES: usize = 4 << 20;

/// Bytes of a row of an answer.
pub const SERVE_ROW_BYTES: usize = 16 << 20;

/// Bytes of an answer that are collected before they are sent.
pub const SERVE_SENT_BYTES: usize = 64 << 10;

/// Batches of an answer that wait for a client to take them.
pub const SERVE_WAITING_BATCHES: usize = 2;

/// Statements that a server answers at a time; others wait for their turn.
pub const SERVE_STATEMENTS: usize = 8;

/// How long a statement of a client may take (`--statement-timeout`), until its last row is sent.
pub const SERVE_TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// Statements of one text of a client.
pub const SERVE_TEXT_STATEMENTS: usize = 1000;

/// Prepared statements of a connection, and open portals.
pub const SERVE_PREPARED: usize = 1000;

/// Bytes of the texts of those, and of their values.
pub const SERVE_PREPARED_BYTES: usize = 4 * SERVE_MESSAGE_BYTES;

/// Answers of a connection that are begun and not taken to their end.
pub const SERVE_BEGUN: usize = 16;

/// Settings of a connection, and characters of one.
pub const SERVE_SETTINGS: usize = 200;

/// After how much silence a client is asked whether it is still there.
pub const SERVE_KEEPALIVE: Duration = Duration::from_secs(60);

/// How long a client may not take what was sent to it.
pub const SERVE_UNTAKEN: Duration = Duration::from_secs(120);

/// Bytes of the text of an error.
pub const SERVE_ERROR_BYTES: usize = 8 << 10;

/// The largest file that configures schedules, in bytes.
pub const SCHEDULE_FILE_BYTES: u64 = 1 << 20;

/// The largest secret that is read of a file, in bytes.
pub const SECRET_BYTES: u64 = 64 << 10;

/// How long after the end of its period a scheduled run waits for records that AWS delivers late (`grace`).
pub const GRACE: Duration = Duration::from_secs(15 * 60);

/// The longest such wait: what is later still is found by the next run over the same days.
pub const LONGEST_GRACE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The shortest period that a scheduled run judges: AWS gathers records for up to ten minutes.
pub const SHORTEST_PERIOD: Duration = Duration::from_secs(10 * 60);

/// Runs before the newest that are caught up (`catch-up`).
pub const CATCH_UP: usize = 7;

/// The most of them.
pub const MOST_CATCH_UP: i64 = 366;

/// Runs that were missed, and are not caught up, which are counted; there may be more.
pub const MISSED_COUNTED: usize = 1000;

/// Runs of a schedule that are remembered, and stand in its index.
pub const SCHEDULE_RUNS: usize = 400;

/// The largest object that remembers a schedule, in bytes.
pub const STATE_BYTES: u64 = 256 << 20;

/// How long a finding that is not seen is remembered, in seconds: one that comes again later is new.
pub const FORGOTTEN_AFTER_SECONDS: i64 = 24 * 60 * 60;

/// A finding whose numbers are so many times what they were when it was told is told again.
pub const GROWN: f64 = 10.0;

/// Findings that a message tells one by one.
pub const TOLD_ALERTS: usize = 20;

/// Findings of a schedule that are remembered, the worst; of a flood of more, others are new each time.
pub const KNOWN_FINDINGS: usize = 50_000;

/// Messages of a schedule that wait for their receivers; of more the oldest are given up.
pub const UNTOLD_MESSAGES: usize = 1000;

/// How long after a failure a run, or a receiver, is tried again for the first time.
pub const FIRST_RETRY: Duration = Duration::from_secs(60);

/// The longest such wait.
pub const LONGEST_RETRY: Duration = Duration::from_secs(60 * 60);

/// How old a file must be whose writing was not finished, for it to be what a killed process left.
pub const REMAINS_AGE: Duration = Duration::from_secs(60 * 60);

/// After so many failures of a run its receivers are told.
pub const TROUBLE_TRIES: u32 = 3;

/// How long a machine has a schedule to itself after it last said so.
pub const LEASE: Duration = Duration::from_secs(5 * 60);

/// How often it says so.
pub const LEASE_RENEWAL: Duration = Duration::from_secs(60);

/// How long a receiver may take to take a message.
pub const NOTIFY_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the telling of a receiver may take as a whole.
pub const NOTIFY_PATIENCE: Duration = Duration::from_secs(60);

/// Bytes of a refusal that are told.
pub const ANSWER_SHOWN_BYTES: usize = 300;

/// The largest template of messages, in bytes.
pub const TEMPLATE_BYTES: u64 = 256 << 10;

/// Steps that filling a template may take.
pub const TEMPLATE_STEPS: u64 = 1_000_000;

/// After so many runs in a row that should be done and are not a schedule is overdue.
pub const OVERDUE_RUNS: usize = 2;

/// How often a service that waits looks at the clock.
pub const SCHEDULE_LOOK: Duration = Duration::from_secs(30);

/// Clients that ask for `/metrics` or `/healthz` at a time; others wait.
pub const HTTP_CLIENTS: usize = 32;

/// How long one of them may take to say what it wants.
pub const HTTP_PATIENCE: Duration = Duration::from_secs(2);

/// Seconds of a day.
pub const DAY_SECONDS: i64 = 24 * 60 * 60;

/// How far before the period of a scheduled run objects come into the lake, in seconds: some are delivered days late.
pub const LOOK_BACK_SECONDS: i64 = 2 * DAY_SECONDS;

/// Bars of a panel of a report; its table has all rows.
pub const PANEL_BARS: usize = 20;
