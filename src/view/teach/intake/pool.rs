//! Further engines that only embed, for as long as many photos wait: on the CPU one worker keeps one core busy.

use crate::protocol::DeviceKind;

/// Engines in all, the main one included. Each holds the network and its own memory.
const MAX_ENGINES: usize = 4;
/// Photos that must wait before it pays to start another engine: it takes about as long as so many photos.
const WORTHWHILE: usize = 24;
/// Crashes, or failures to start, after which the main engine has to do alone.
const MAX_TROUBLE: u8 = 4;

/// Looks, five seconds apart, without a sign of one that has something to do, after which it is taken for hung.
const MAX_SILENT: u8 = 12;

/// An embedder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Member {
    number: usize,
    /// It takes photos; before that, its code and its network are on their way.
    ready: bool,
    /// Looks since it last gave a sign.
    silent: u8,
}

/// The embedders, by number; number 0 is the main engine, which is not of the pool.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pool {
    /// The processor's cores; 0 before it is known.
    pub cores: usize,
    members: Vec<Member>,
    /// The last number given: no two embedders of a visit have the same, so that late words of one that was ended are known.
    last: usize,
    trouble: u8,
    /// There was nothing to do at the last look.
    idle: bool,
    /// Counts the times of having nothing to do, so that a timer of an earlier one says nothing.
    idle_number: u64,
}

/// What is to be done about the pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Start an embedder.
    Start(usize),
    /// There is nothing to do: look again in a while whether this is still so ([`Pool::end_if_idle`]).
    LookLater(u64),
}

impl Pool {
    /// Embedders that take photos.
    pub fn ready(&self) -> impl Iterator<Item = usize> {
        self.members.iter().filter(|member| member.ready).map(|member| member.number)
    }

    /// Is this one of the pool, and not yet ended?
    pub fn has(&self, number: usize) -> bool {
        self.members.iter().any(|member| member.number == number)
    }

    /// Starts embedders where that pays, and notices when they have nothing to do. `waiting`: photos that are to be sent; `flying`: those
    /// that embedders have.
    pub fn watch(&mut self, device: Option<DeviceKind>, waiting: usize, flying: usize) -> Vec<Change> {
        let mut changes = Vec::new();
        let wanted = self.cores.min(MAX_ENGINES).saturating_sub(1);
        if device == Some(DeviceKind::Cpu) && waiting >= WORTHWHILE && self.trouble < MAX_TROUBLE {
            while self.members.len() < wanted {
                self.last += 1;
                self.members.push(Member { number: self.last, ready: false, silent: 0 });
                changes.push(Change::Start(self.last));
            }
        }
        let idle = waiting == 0 && flying == 0 && !self.members.is_empty();
        if idle && !self.idle {
            self.idle_number += 1;
            changes.push(Change::LookLater(self.idle_number));
        }
        self.idle = idle;
        changes
    }

    /// An embedder can take photos.
    pub fn started(&mut self, number: usize) {
        if let Some(member) = self.members.iter_mut().find(|member| member.number == number) {
            (member.ready, member.silent) = (true, 0);
        }
    }

    /// Looks at all, as it does every five seconds; gives those that should have given a sign long ago. `busy`: has it photos?
    pub fn hung(&mut self, busy: impl Fn(usize) -> bool) -> Vec<usize> {
        for member in &mut self.members {
            member.silent = if !member.ready || busy(member.number) { member.silent + 1 } else { 0 };
        }
        self.members.iter().filter(|member| member.silent >= MAX_SILENT).map(|member| member.number).collect()
    }

    /// An embedder stopped by itself, or could not start.
    pub fn lost(&mut self, number: usize) {
        self.members.retain(|member| member.number != number);
        self.trouble = self.trouble.saturating_add(1);
    }

    /// An embedder did its work: what went wrong before does not count.
    pub fn did_well(&mut self, number: usize) {
        self.trouble = 0;
        self.members.iter_mut().filter(|member| member.number == number).for_each(|member| member.silent = 0);
    }

    /// Ends all if there is still nothing to do; gives those to be ended.
    pub fn end_if_idle(&mut self, idle_number: u64) -> Vec<usize> {
        if self.idle && self.idle_number == idle_number { self.end() } else { Vec::new() }
    }

    /// Ends all; gives those to be ended.
    pub fn end(&mut self) -> Vec<usize> {
        self.idle = false;
        self.trouble = 0;
        self.members.drain(..).map(|member| member.number).collect()
    }
}
