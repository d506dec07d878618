//! How the tables of detections are to be.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use crate::context::{AddressList, Context};

/// How the tables are to be.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Our networks, as CIDRs.
    pub own_networks: Vec<String>,
    /// The interfaces that have an address, as far as context tells: where the logs don't say which interface is at our
    /// end, that one is.
    pub interfaces_of: HashMap<IpAddr, Vec<String>>,
    /// The interfaces that pass packets of others on, as far as context tells; logs with the packet's addresses
    /// (`pkt-srcaddr`) tell it, too.
    pub relays: HashSet<String>,
    /// Whether [`CONVERSATIONS`](super::CONVERSATIONS) is read.
    pub conversations: bool,
    /// Whether `connections` leaves out what has no start, and is in no span of five minutes and of no day, or an address
    /// that is none.
    pub is_sound: bool,
    /// Addresses whose connections are left out of `connections`.
    pub left_out: Vec<AddressList>,
}

impl Wanted {
    /// The tables as `context` lets them be.
    pub fn new(context: &Context, conversations: bool) -> Self {
        Wanted {
            own_networks: context.own_networks(),
            interfaces_of: context.interfaces_of(),
            relays: context.nat_gateways(),
            conversations,
            is_sound: false,
            left_out: Vec::new(),
        }
    }

    /// The tables as a lake keeps them: what is trusted is no part of what is normal.
    pub fn for_lake(context: &Context) -> Self {
        Wanted { is_sound: true, left_out: context.trusted().to_vec(), ..Wanted::new(context, false) }
    }
}
