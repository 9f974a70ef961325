//! A program as it is run and kept: all that running takes, and nothing that compiling takes.

use quipu_backends::Object;
use quipu_ir::loops::units::{Plan, Whole};
use quipu_ir::loops::{self, ForAttrs, Op, Parallel, Site};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Image {
    /// The function that is the program.
    pub(crate) entry: String,
    /// What its sites are, from the first one's number on.
    pub(crate) site_base: u32,
    pub(crate) sites: Vec<Site>,
    /// It has loops that run on threads.
    pub(crate) threads: bool,
    pub(crate) code: Code,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Code {
    /// Of one back end.
    Whole(Object),
    Tiers(Quick),
}

/// Code that starts in the quick tier, with what the good tier needs of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Quick {
    pub(crate) object: Object,
    pub(crate) plan: Plan,
    pub(crate) whole: Lazy,
}

/// The loop IR of the units. It is larger than all the rest and rarely asked for, so it stays bytes until then.
#[derive(Clone, Debug)]
pub(crate) enum Lazy {
    Here(Arc<Whole>),
    Bytes(Arc<[u8]>),
}

impl Lazy {
    /// A module for LLVM that exports these units.
    pub(crate) fn module(&self, plan: &Plan, units: &[usize]) -> Result<loops::Module, String> {
        match self {
            Lazy::Here(whole) => Ok(whole.module(plan, units)),
            Lazy::Bytes(bytes) => {
                let whole: Whole = postcard::from_bytes(bytes).map_err(|e| e.to_string())?;
                Ok(whole.module(plan, units))
            }
        }
    }
}

impl Serialize for Lazy {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Lazy::Here(whole) => to.serialize_bytes(&postcard::to_stdvec(&**whole).map_err(S::Error::custom)?),
            Lazy::Bytes(bytes) => to.serialize_bytes(bytes),
        }
    }
}

impl<'de> Deserialize<'de> for Lazy {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Lazy, D::Error> {
        let bytes: Vec<u8> = serde_bytes::deserialize(from)?;
        if bytes.is_empty() { Err(D::Error::custom("units without loop IR")) } else { Ok(Lazy::Bytes(bytes.into())) }
    }
}

impl Image {
    pub(crate) fn new(module: &loops::Module, entry: String, code: Code) -> Image {
        Image {
            entry,
            site_base: module.site_base,
            sites: module.sites.clone(),
            threads: module.funcs.iter().any(|f| loops::any_op(&f.body, &runs_on_threads)),
            code,
        }
    }

    /// What exceptions of its sites say, for the runtime.
    pub(crate) fn messages(&self) -> Vec<String> {
        self.sites.iter().map(|s| s.message.clone()).collect()
    }
}

fn runs_on_threads(op: &Op) -> bool {
    matches!(op, Op::For(ForAttrs { parallel: Parallel::Threads { .. }, .. }))
}
