//! Expressions that are texts, f-strings among them.

use super::{E, Gen, TEXT, Ty, prec};

impl Gen {
    pub(crate) fn text(&mut self, depth: u32) -> E {
        if depth == 0 {
            return self.leaf(&Ty::Str);
        }
        let d = depth - 1;
        match self.below(24) {
            0..=2 => {
                let (l, r) = (self.text(d), self.text(d));
                let mut e = Self::binary("+", prec::SUM, &l, &r, l.m + r.m);
                e.full = l.full || r.full;
                self.short(e)
            }
            3 => {
                let l = self.text(d);
                let k = 1 + self.below(3);
                let mut e = E::new(format!("{} * {k}", l.at(prec::PRODUCT)), prec::PRODUCT, l.m * k as f64);
                e.full = l.full;
                self.short(e)
            }
            4..=8 => self.formatted(d),
            9 | 10 => {
                let ty = self.simple_ty();
                let x = self.expr(&ty, d);
                let f = self.pick(&["str", "str", "repr"]);
                let m = x.m.max(22.0) + 2.0;
                let e = if ty == Ty::Str {
                    E::atom(format!("{f}({})", x.s), x.m + 8.0)
                } else {
                    E::atom(format!("{f}({})", x.s), m).full()
                };
                self.short(e)
            }
            11..=13 => {
                let s = self.text(d);
                let method = self.pick(&[
                    "upper()",
                    "lower()",
                    "title()",
                    "strip()",
                    "lstrip()",
                    "rstrip()",
                    "capitalize()",
                    "swapcase()",
                    "replace('a', 'oo')",
                    "replace('o', '')",
                    "zfill(6)",
                    "center(9, '*')",
                    "ljust(8, '.')",
                    "rjust(7)",
                    "strip('ab')",
                    "replace(' ', '_', 1)",
                    "removeprefix('h')",
                    "expandtabs(4)",
                    "removesuffix('o')",
                    "lower()",
                    "center(12)",
                    "ljust(3, '-')",
                    "replace('', '.', 3)",
                    "lstrip('x ')",
                    "partition(',')[0]",
                    "rpartition('-')[2]",
                ]);
                let e = E::atom(format!("{}.{method}", s.at(prec::ATOM)), s.m * 2.0 + 9.0);
                self.short(e)
            }
            14..=16 => {
                let s = self.text(d);
                let slice = self.slice();
                E::atom(format!("{}[{slice}]", s.at(prec::ATOM)), s.m)
            }
            17 => {
                let s = self.text(d);
                if s.full && s.p == prec::ATOM && !s.s.contains('(') {
                    let i = self.index(&s.s);
                    E::atom(format!("{}[{i}]", s.s), 1.0).full()
                } else {
                    s
                }
            }
            18 | 19 => {
                let xs = self.list(&Ty::Str, d);
                let sep = self.pick(&["', '", "''", "'-'", "' '"]);
                let e = E::atom(format!("{sep}.join({})", xs.s), xs.m * (TEXT + 2.0));
                self.short(e)
            }
            20 => {
                let xs = self.list(&Ty::Int, d);
                let sep = self.pick(&["','", "' '", "'+'"]);
                let e = E::atom(format!("{sep}.join(str(q) for q in {})", xs.at(prec::OR)), xs.m * 6.0);
                self.short(e)
            }
            21 => {
                let n = self.int(d);
                E::atom(format!("chr(97 + {} % 26)", n.at(prec::PRODUCT)), 1.0).full()
            }
            22 => {
                let (n, s) = (self.int(d), self.text(0));
                let form = match self.below(4) {
                    0 => format!("'%d:%s' % ({}, {})", n.s, s.s),
                    1 => format!("'%5.2f|' % {}", self.float(d).at(prec::UNARY)),
                    2 => format!("'{{}}-{{}}'.format({}, {})", n.s, s.s),
                    _ => format!("'%04d' % {}", n.at(prec::UNARY)),
                };
                let p = if form.contains(".format(") { prec::ATOM } else { prec::PRODUCT };
                let e = E::new(form, p, 50.0).full();
                self.short(e)
            }
            _ => {
                let n = self.int(d);
                let f = self.pick(&["hex", "bin", "oct"]);
                E::atom(format!("{f}({})", n.s), 40.0).full()
            }
        }
    }

    /// A text that stays short on the way.
    fn short(&mut self, e: E) -> E {
        if e.m > 200.0 {
            E { s: format!("{}[:24]", e.at(prec::ATOM)), p: prec::ATOM, m: 24.0, full: e.full }
        } else {
            e
        }
    }

    pub(crate) fn slice(&mut self) -> String {
        match self.below(11) {
            8 => self.pick(&["::-2", "4:1:-1", "-1::-1", "5::-3", ":1:-1"]).into(),
            9 => self.pick(&["1::2", "-4:-1", "1:-1:2", ":-5", "9:", "-9:2"]).into(),
            0 => "1:".into(),
            1 => ":-1".into(),
            2 => "::2".into(),
            3 => "::-1".into(),
            4 => ":3".into(),
            5 => format!("{}:{}", self.below(3), 2 + self.below(4)),
            6 => "-2:".into(),
            _ => {
                let (a, b) = (self.int(1), self.int(0));
                format!("{}:{}", a.at(prec::OR), b.at(prec::OR))
            }
        }
    }

    /// An f-string of what is in scope.
    pub(crate) fn formatted(&mut self, depth: u32) -> E {
        let mut s = String::from("f\"");
        let mut m = 0.0;
        for part in 0..1 + self.below(3) {
            if part > 0 || self.chance(0.4) {
                s.push_str(self.pick(&["-", " ", ": ", "=", "{{}}", "|", "n="]));
            }
            let ty = self.simple_ty();
            let mut x = self.expr(&ty, depth.min(1));
            if x.s.contains(['"', '\\', '{', ':', '!']) || x.s.contains("lambda") {
                x = match self.choose(|v| v.ty == ty) {
                    Some(v) => E { s: v.name, p: prec::ATOM, m: v.m, full: v.full },
                    None => E::atom("7", 1.0),
                };
                if x.s == "7" {
                    s.push_str("{7:>3}");
                    m += 3.0;
                    continue;
                }
            }
            let spec = match ty {
                Ty::Int => self.pick(&[
                    "", "", "", ":5", ":<4", ":>6", ":^7", ":05d", ":+d", ":x", ":b", ":,", ":#x", ":.1f", ":e", ":*^9",
                ]),
                Ty::Float => self.pick(&[
                    "", ":.2f", ":8.3f", ":.0f", ":e", ":g", ":.3g", ":+.1f", ":>10.2f", ":,.2f", ":%", ":.1%",
                ]),
                Ty::Bool => self.pick(&["", "!r", "!s:>6"]),
                _ => self.pick(&["", "", "!r", ":>8", ":<6", ":^9", ":.3", ":*>7"]),
            };
            let equal = if self.chance(0.1) { "=" } else { "" };
            s.push_str(&format!("{{{}{equal}{spec}}}", x.at(prec::TERNARY)));
            m += x.m.clamp(24.0, 60.0) + if equal.is_empty() { 0.0 } else { x.s.len() as f64 };
        }
        s.push('"');
        let e = E::atom(s, m + 12.0);
        // An f-string of an empty text alone is empty.
        self.short(e)
    }
}
