//! Names of things in a function: small numbers with a text form.

macro_rules! entity {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl $name {
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{self}")
            }
        }
    };
}

entity!(
    /// A value of a function.
    Var,
    "%"
);
entity!(
    /// A block of equations.
    Block,
    "^"
);
entity!(
    /// A symbol of the dims algebra.
    Sym,
    "n"
);
entity!(
    /// A function of a module.
    FuncId,
    "@"
);
entity!(
    /// A place in the source with the chain of inlined calls around it.
    Loc,
    "loc"
);
