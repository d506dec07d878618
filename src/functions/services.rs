//! Services by port: the names a security engineer gives to the ports that matter.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::Result;

use super::function::{Function, Kind, any_literal, map_text};
use super::protocols;

pub(super) static FUNCTIONS: &[Function] = &[Function {
    name: "service_name",
    syntax: "service_name(port, protocol)",
    arguments: &[
        ("port", Kind::Integer, "The port of the service's side: `dstport` of a request, `srcport` of a reply."),
        ("protocol", Kind::IntegerOrText, "The `protocol` field, or its name in any case: 6, 'tcp'."),
    ],
    returns: DataType::Utf8View,
    meaning: "The well-known service of a TCP or UDP port, NULL where none is known. A port is a habit, not a \
              proof of what is spoken there.",
    example: "service_name(3389, 6) -- rdp",
    check: any_literal,
    evaluate: service_name,
}];

/// Which transports a service is known on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    Tcp,
    Udp,
    Both,
}

impl On {
    fn includes(self, protocol: i64) -> bool {
        match protocol {
            6 => self != On::Udp,
            17 => self != On::Tcp,
            _ => false,
        }
    }
}

use On::{Both, Tcp, Udp};

/// By port. The names are those of IANA's registry in its short, spoken form (dns, rdp, smb).
#[rustfmt::skip] // A table is read in columns.
const SERVICES: &[(i64, On, &str)] = &[
    (7, Both, "echo"), (9, Both, "discard"), (13, Both, "daytime"), (17, Both, "qotd"), (19, Both, "chargen"),
    (20, Tcp, "ftp-data"), (21, Tcp, "ftp"), (22, Tcp, "ssh"), (23, Tcp, "telnet"), (25, Tcp, "smtp"),
    (37, Both, "time"), (43, Tcp, "whois"), (49, Tcp, "tacacs"), (53, Both, "dns"), (67, Udp, "dhcp-server"),
    (68, Udp, "dhcp-client"), (69, Udp, "tftp"), (79, Tcp, "finger"), (80, Tcp, "http"), (88, Both, "kerberos"),
    (102, Tcp, "s7comm"), (110, Tcp, "pop3"), (111, Both, "rpcbind"), (113, Tcp, "ident"), (119, Tcp, "nntp"),
    (123, Udp, "ntp"), (135, Tcp, "msrpc"), (137, Udp, "netbios-ns"), (138, Udp, "netbios-dgm"),
    (139, Tcp, "netbios-ssn"), (143, Tcp, "imap"), (161, Udp, "snmp"), (162, Udp, "snmp-trap"), (177, Udp, "xdmcp"),
    (179, Tcp, "bgp"), (194, Tcp, "irc"), (389, Tcp, "ldap"), (389, Udp, "cldap"), (443, Tcp, "https"),
    (443, Udp, "quic"), (445, Tcp, "smb"), (464, Both, "kpasswd"), (465, Tcp, "smtps"), (500, Udp, "isakmp"),
    (502, Tcp, "modbus"), (512, Tcp, "rexec"), (513, Tcp, "rlogin"), (514, Tcp, "rsh"), (514, Udp, "syslog"),
    (515, Tcp, "printer"), (520, Udp, "rip"), (543, Tcp, "klogin"), (548, Tcp, "afp"), (554, Tcp, "rtsp"),
    (587, Tcp, "submission"), (593, Tcp, "http-rpc-epmap"), (623, Udp, "ipmi"), (631, Tcp, "ipp"), (636, Tcp, "ldaps"),
    (853, Both, "dns-over-tls"), (873, Tcp, "rsync"), (902, Tcp, "vmware-auth"), (989, Tcp, "ftps-data"),
    (990, Tcp, "ftps"), (992, Tcp, "telnets"), (993, Tcp, "imaps"), (995, Tcp, "pop3s"), (1080, Tcp, "socks"),
    (1194, Udp, "openvpn"), (1433, Tcp, "mssql"), (1434, Udp, "mssql-browser"), (1521, Tcp, "oracle"),
    (1701, Udp, "l2tp"), (1723, Tcp, "pptp"), (1812, Udp, "radius"), (1813, Udp, "radius-acct"), (1883, Tcp, "mqtt"),
    (1900, Udp, "ssdp"), (2049, Both, "nfs"), (2181, Tcp, "zookeeper"), (2375, Tcp, "docker"),
    (2376, Tcp, "docker-tls"), (2379, Tcp, "etcd"), (2380, Tcp, "etcd-peer"), (3000, Tcp, "grafana"),
    (3128, Tcp, "http-proxy"), (3260, Tcp, "iscsi"), (3268, Tcp, "global-catalog"), (3269, Tcp, "global-catalog-tls"),
    (3306, Tcp, "mysql"), (3333, Tcp, "stratum"), (3389, Both, "rdp"), (3478, Both, "stun"), (3690, Tcp, "svn"),
    (4333, Tcp, "msql"), (4444, Tcp, "metasploit"), (4500, Udp, "ipsec-nat-t"), (4786, Tcp, "cisco-smart-install"),
    (5000, Tcp, "docker-registry"), (5060, Both, "sip"), (5061, Tcp, "sips"), (5222, Tcp, "xmpp"), (5353, Udp, "mdns"),
    (5355, Udp, "llmnr"), (5432, Tcp, "postgresql"), (5439, Tcp, "redshift"), (5500, Tcp, "vnc-listener"),
    (5555, Tcp, "adb"), (5601, Tcp, "kibana"), (5671, Tcp, "amqps"), (5672, Tcp, "amqp"), (5683, Udp, "coap"),
    (5900, Tcp, "vnc"), (5901, Tcp, "vnc-1"), (5984, Tcp, "couchdb"), (5985, Tcp, "winrm"), (5986, Tcp, "winrm-tls"),
    (6000, Tcp, "x11"), (6379, Tcp, "redis"), (6443, Tcp, "kubernetes-api"), (6667, Tcp, "irc"), (6697, Tcp, "ircs"),
    (7001, Tcp, "weblogic"), (8000, Tcp, "http-alt"), (8008, Tcp, "http-alt"), (8080, Tcp, "http-alt"),
    (8086, Tcp, "influxdb"), (8088, Tcp, "hadoop-yarn"), (8140, Tcp, "puppet"), (8332, Tcp, "bitcoin-rpc"),
    (8333, Tcp, "bitcoin"), (8443, Tcp, "https-alt"), (8500, Tcp, "consul"), (8834, Tcp, "nessus"),
    (8883, Tcp, "mqtts"), (8888, Tcp, "jupyter"), (9000, Tcp, "minio"), (9001, Tcp, "tor-relay"),
    (9030, Tcp, "tor-dir"),
    (9042, Tcp, "cassandra"), (9050, Tcp, "tor-socks"), (9090, Tcp, "prometheus"), (9092, Tcp, "kafka"),
    (9094, Tcp, "kafka-tls"), (9100, Tcp, "jetdirect"), (9200, Tcp, "elasticsearch"), (9300, Tcp, "elasticsearch-peer"),
    (9418, Tcp, "git"), (10000, Tcp, "webmin"), (10250, Tcp, "kubelet"),
    (10255, Tcp, "kubelet-readonly"), (11211, Both, "memcached"), (15672, Tcp, "rabbitmq-admin"), (20000, Tcp, "dnp3"),
    (27017, Tcp, "mongodb"), (27018, Tcp, "mongodb-shard"), (33060, Tcp, "mysqlx"), (44818, Tcp, "ethernet-ip"),
    (47808, Udp, "bacnet"), (50000, Tcp, "db2"), (50070, Tcp, "hdfs"), (51820, Udp, "wireguard"),
    (61616, Tcp, "activemq"),
];

fn service_name(args: &[ArrayRef]) -> Result<ArrayRef> {
    let ports = cast(&args[0], &DataType::Int64)?;
    let protocols = protocol_numbers(&args[1])?;
    let names: StringViewArray = ports
        .as_primitive::<Int64Type>()
        .iter()
        .zip(protocols.as_primitive::<Int64Type>())
        .map(|(port, protocol)| name(port?, protocol?))
        .collect();
    Ok(Arc::new(names))
}

fn protocol_numbers(protocols: &ArrayRef) -> Result<ArrayRef> {
    if protocols.data_type().is_string() {
        let numbers: Int64Array = map_text(protocols, |name| name.and_then(protocols::number))?;
        return Ok(Arc::new(numbers));
    }
    Ok(cast(protocols, &DataType::Int64)?)
}

/// Whether a service has this name.
pub(crate) fn is_name(name: &str) -> bool {
    SERVICES.iter().any(|(_, _, known)| known.eq_ignore_ascii_case(name))
}

/// The known service of a port.
pub(crate) fn name(port: i64, protocol: i64) -> Option<&'static str> {
    let first = SERVICES.partition_point(|(known, _, _)| *known < port);
    let mut same_port = SERVICES[first..].iter().take_while(|(known, _, _)| *known == port);
    same_port.find(|(_, on, _)| on.includes(protocol)).map(|(_, _, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_no_entry_hides_another() {
        assert!(SERVICES.is_sorted_by_key(|(port, _, _)| *port));
        for (port, on, service) in SERVICES {
            let protocol = if on.includes(6) { 6 } else { 17 };
            assert_eq!(name(*port, protocol), Some(*service), "{port}");
        }
    }

    #[test]
    fn a_port_may_have_one_service_on_each_transport() {
        assert_eq!((name(514, 6), name(514, 17)), (Some("rsh"), Some("syslog")));
        assert_eq!((name(53, 6), name(53, 17)), (Some("dns"), Some("dns")));
        assert_eq!((name(22, 17), name(22, 132), name(0, 6), name(65535, 6)), (None, None, None, None));
    }
}
