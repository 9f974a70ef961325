//! Lists that several names and containers reach: rows of one list.
//!
//! What is put into a list moves there, and slots tell names apart as long as lengths are known. Where neither will do
//! (a list that is in a container and keeps its name, one of two lists that a loop moves on between), the expression
//! that makes the list is a fact (`Facts::shared_lists`), and the next walk makes a *shared* list there. Like a shared
//! object, of which it is one with a single field, it is a row of the list of all such, and what containers hold,
//! branches yield and loops carry is its number. Every place that makes shared lists has a class, so that their
//! elements have one type; where two classes meet, they become one.
//!
//! To what reads and writes it such a list is an inner list whose path is the number: nothing but storing, joining
//! and crossing calls knows the difference. Rows stay where they are, so the number is good for ever; shared lists are
//! not freed before the program ends.
//!
//! A container whose inner lists are reached in other ways too holds references (`makes_refs`): what goes in must be
//! shared. So lists in lists become shared from the outside in, as far as the program asks for it.

use super::*;

/// The field that holds the items.
const ITEMS: &str = "_items";

/// The epoch of what never moves.
pub const NEVER_MOVES: u32 = u32::MAX;

/// The key of the lists that the expression makes on whatever path.
fn made_at(site: Site) -> Site {
    (0, site.1)
}

impl<'a> Lower<'a, '_> {
    /// A list that an expression has just made: a shared one, if its lists are.
    pub fn shared_if_asked(&mut self, v: Val<'a>) -> R<Val<'a>> {
        let Val::List(l) = &v else { return Ok(v) };
        if l.class.is_some() || !l.path.is_empty() {
            return Ok(v);
        }
        let (BaseKind::List { site } | BaseKind::Slots { site, .. }) = self.base(l.base).kind else { return Ok(v) };
        let fresh = self.base(l.base).param.is_none() && self.named(l.base) == 0;
        if !fresh || !self.makes_shared(site) {
            return Ok(v);
        }
        let class = self.collection_class(Collection::List);
        // Where lists of the class refer to their elements, it did so from the start.
        let base = l.base;
        if self.makes_refs(self.column_site(class, Symbol::new(ITEMS))) {
            self.share_elements(base)?;
        }
        let k = self.put_into_columns(class, &[(Symbol::new(ITEMS), v)])?;
        Ok(self.shared_list(class, k))
    }

    /// The shared list with this number.
    pub fn shared_list(&mut self, class: ClassId, k: Var) -> Val<'a> {
        let class = self.class_now(class);
        match self.column(class, Symbol::new(ITEMS)).map(|l| (l.base, (*l.elem).clone())) {
            Some((base, T::List(e))) => {
                let (path, elem) = (Rc::new([k]), Rc::new(*e));
                Val::List(ListRef { base, path, elem, epoch: NEVER_MOVES, display: None, class: Some(class) })
            }
            _ => Val::Unknown(self.span),
        }
    }

    /// The number of a list as one of the shared lists of a class.
    pub fn list_number(&mut self, l: &ListRef, class: ClassId) -> R<Var> {
        let number = self.by_choice(l, &mut |lw, l| {
            let k = lw.list_number(l, class)?;
            Ok(lw.py(DType::I64, k))
        })?;
        if let Some(k) = number {
            return self.operand(&k);
        }
        match l.class {
            Some(c) if self.class_now(c) == self.class_now(class) => Ok(l.path[0]),
            Some(c) => Err(self.unite(Object { class: c, at: At::Shared(l.path[0]) }, class)),
            None => {
                self.share_list(l)?;
                self.not_shared()
            }
        }
    }

    /// The list is reached in ways that its owner does not know of: the next walk makes it a shared one. Nothing, if
    /// that is so already.
    pub fn share_list(&mut self, l: &ListRef) -> R<()> {
        let lists = self.chosen(l).map_or_else(|| vec![l.clone()], |(_, all)| all.to_vec());
        let mut risen = None;
        for l in lists.iter().filter(|l| l.class.is_none()) {
            let rises = match l.path.is_empty() {
                true => self.ask_shared(l.base),
                false => self.ask_references(l.base),
            };
            risen = rises.or(risen);
        }
        risen.map_or(Ok(()), Err)
    }

    /// The elements of a list are reached in other ways too: from the next walk on it holds references to them.
    pub fn share_elements(&mut self, list: BaseId) -> R<()> {
        self.ask_references(list).map_or(Ok(()), Err)
    }

    /// What a list that nobody may write, or that has moved, must be made of to be written or named again.
    pub fn share_base(&mut self, b: BaseId) -> R<()> {
        if !matches!(self.base(b).kind, BaseKind::List { .. } | BaseKind::Slots { .. }) {
            return Ok(());
        }
        self.share_elements(b)?;
        if self.is_column(b) { Ok(()) } else { self.ask_shared(b).map_or(Ok(()), Err) }
    }

    fn ask_shared(&mut self, list: BaseId) -> Option<Stop> {
        let (BaseKind::List { site } | BaseKind::Slots { site, .. }) = self.base(list).kind else { return None };
        if let Some(from) = self.base(list).taken {
            return self.refer(from).then(|| self.cx.rise(About::Form(from)));
        }
        // What came in as a parameter is made by callers (see `outline`), what paths that met left by those paths.
        let made = self.base(list).param.is_none() && self.cx.facts.shared_lists.insert(made_at(site));
        let met = self.cx.facts.shared_lists.insert(site);
        if made {
            self.cx.rise(About::Form(made_at(site)));
        }
        (made | met).then(|| self.cx.rise(About::Form(site)))
    }

    /// Lists of this site hold references from now on. Is that new?
    pub fn refer(&mut self, site: Site) -> bool {
        self.cx.facts.exact.insert(site) | self.cx.facts.dynamic.insert(site)
    }

    /// A list would have to be shared, and cannot be.
    pub fn not_shared<X>(&self) -> R<X> {
        self.unsupported("a list that is reached in several ways here", "put in a copy: `.copy()`")
    }

    /// Must lists be shared that come to this point where paths meet, to this loop or to this `try`?
    pub fn shares(&self, site: Site) -> bool {
        self.cx.ask(About::Form(site));
        self.cx.facts.shared_lists.contains(&site)
    }

    /// Where they must, the lists of a value are.
    pub fn share_where_asked(&mut self, v: &Val<'a>, site: Site) -> R<()> {
        if !self.shares(site) {
            return Ok(());
        }
        match v {
            Val::List(l) => self.share_list(l),
            Val::Tuple(vs) => vs.iter().try_for_each(|v| self.share_where_asked(v, site)),
            Val::Union(u) => u.members.iter().try_for_each(|v| self.share_where_asked(v, site)),
            Val::Maybe(m) => self.share_where_asked(&m.1, site),
            _ => Ok(()),
        }
    }

    /// The lists among the parts of an element came out of this list.
    pub fn note_taken(&mut self, v: &Val<'a>, from: &ListRef) {
        let (BaseKind::List { site } | BaseKind::Slots { site, .. }) = self.base(from.base).kind else { return };
        for b in crate::merge::mentioned_bases(v) {
            self.base_mut(b).taken = Some(site);
        }
    }

    fn ask_references(&mut self, list: BaseId) -> Option<Stop> {
        let (BaseKind::List { site } | BaseKind::Slots { site, .. }) = self.base(list).kind else { return None };
        self.refer(site).then(|| self.cx.rise(About::Form(site)))
    }

    /// The element type of lists that are made at a site, as far as it is known.
    pub fn elements_at(&mut self, site: Site) -> T {
        if self.makes_refs(site) && self.cx.facts.referring.insert(site) {
            // What it owned so far it refers to from now on.
            self.cx.facts.cells.remove(&site);
        }
        self.cx.ask(About::Elements(site));
        self.cx.facts.cells.get(&site).cloned().unwrap_or(T::Never)
    }

    /// What a callee asked of a list that it was handed is asked of the list that was handed.
    pub fn share_given(&mut self, list: BaseId, asked: Site) {
        if self.cx.facts.shared_lists.contains(&asked) {
            self.ask_shared(list);
        }
        if self.makes_refs(asked) {
            self.ask_references(list);
        }
    }

    /// Does the list hold a field of shared objects?
    fn is_column(&self, b: BaseId) -> bool {
        let holds =
            |(n, v): (&Symbol, &Val<'a>)| crate::objects::is_column(*n) && matches!(v, Val::List(l) if l.base == b);
        self.frames[0].slots.iter().any(holds)
    }

    /// Are lists that are made here shared?
    pub fn makes_shared(&self, site: Site) -> bool {
        self.cx.ask(About::Form(made_at(site)));
        self.cx.facts.shared_lists.contains(&made_at(site))
    }
}
