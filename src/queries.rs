//! The SQL files of `queries/`, carried in the binary: their texts are data that an analyst reads and edits there.

/// A shipped file: its name and its text.
pub type Shipped = (&'static str, &'static str);

/// AWS' named queries (`vpcflow query --named`).
pub const INVESTIGATE: &[Shipped] = &[
    ("accepted-traffic.sql", include_str!("../queries/investigate/accepted-traffic.sql")),
    ("admin-port-traffic.sql", include_str!("../queries/investigate/admin-port-traffic.sql")),
    ("ipv4-traffic.sql", include_str!("../queries/investigate/ipv4-traffic.sql")),
    ("ipv6-traffic.sql", include_str!("../queries/investigate/ipv6-traffic.sql")),
    ("rejected-tcp-traffic.sql", include_str!("../queries/investigate/rejected-tcp-traffic.sql")),
    ("rejected-traffic.sql", include_str!("../queries/investigate/rejected-traffic.sql")),
    ("ssh-rdp-traffic.sql", include_str!("../queries/investigate/ssh-rdp-traffic.sql")),
    ("top-talkers-packet-level.sql", include_str!("../queries/investigate/top-talkers-packet-level.sql")),
    ("top-talkers.sql", include_str!("../queries/investigate/top-talkers.sql")),
    ("top-talking-instances.sql", include_str!("../queries/investigate/top-talking-instances.sql")),
    ("top-talking-subnets.sql", include_str!("../queries/investigate/top-talking-subnets.sql")),
    ("top-tcp-traffic.sql", include_str!("../queries/investigate/top-tcp-traffic.sql")),
    (
        "total-bytes-transferred-packet-level.sql",
        include_str!("../queries/investigate/total-bytes-transferred-packet-level.sql"),
    ),
    ("total-bytes-transferred.sql", include_str!("../queries/investigate/total-bytes-transferred.sql")),
    ("traffic-from-srcaddr.sql", include_str!("../queries/investigate/traffic-from-srcaddr.sql")),
    ("traffic-to-dstaddr.sql", include_str!("../queries/investigate/traffic-to-dstaddr.sql")),
];

/// The detections, in the order of their names.
pub const DETECTIONS: &[Shipped] = &[
    ("brute-force-ssh.sql", include_str!("../queries/detections/brute-force-ssh.sql")),
    ("log-health.sql", include_str!("../queries/detections/log-health.sql")),
    ("open-port-traffic.sql", include_str!("../queries/detections/open-port-traffic.sql")),
    ("port-scan.sql", include_str!("../queries/detections/port-scan.sql")),
    ("port-sweep.sql", include_str!("../queries/detections/port-sweep.sql")),
    ("rejected-spike.sql", include_str!("../queries/detections/rejected-spike.sql")),
    ("unusual-egress.sql", include_str!("../queries/detections/unusual-egress.sql")),
];

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::sql_file::SqlFile;

    #[test]
    fn every_file_is_carried_and_can_be_read() {
        for (folder, shipped) in [("investigate", INVESTIGATE), ("detections", DETECTIONS)] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries").join(folder);
            let mut files: Vec<String> = fs::read_dir(path)
                .map(|entries| {
                    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
                })
                .unwrap_or_default();
            files.retain(|name| name.ends_with(".sql"));
            files.sort();
            let carried: Vec<&str> = shipped.iter().map(|(name, _)| *name).collect();
            assert_eq!(carried, files, "queries/{folder}");
            for (name, text) in shipped {
                let file = SqlFile::parse(name, text).unwrap_or_else(|error| panic!("{error}"));
                assert_eq!(*name, format!("{}.sql", file.id));
            }
        }
    }
}
