//! Statements with blocks: branches, loops, handlers.

use super::containers::bound;
use super::{Gen, INT, Ty, Var, prec};

const RAISED: [&str; 5] = ["ValueError", "IndexError", "KeyError", "RuntimeError", "ZeroDivisionError"];

impl Gen {
    pub(crate) fn compound(&mut self) {
        match self.below(12) {
            0..=3 => self.branch(),
            4..=7 if self.affordable(30.0) => self.for_loop(),
            8 if self.affordable(30.0) => self.while_loop(),
            9 | 10 => self.attempt(),
            _ => self.branch(),
        }
    }

    /// Between one and three statements.
    pub(crate) fn some(&mut self) {
        for _ in 0..1 + self.below(3) {
            if self.times > 1.0 && !self.affordable(20.0) {
                break;
            }
            self.statement();
        }
    }

    fn branch(&mut self) {
        let test = self.boolean(3);
        self.line(format!("if {}:", test.s));
        self.block(Gen::some);
        if self.chance(0.2) {
            let test = self.boolean(2);
            self.line(format!("elif {}:", test.s));
            self.block(Gen::some);
        }
        if self.chance(0.5) {
            self.line("else:");
            self.block(Gen::some);
        }
    }

    /// The target of a loop over items of this type, and the names that it binds.
    fn target_of(&mut self, of: &Ty) -> (String, Vec<Var>) {
        if let Ty::Tuple(inner) = of
            && self.chance(0.7)
        {
            let parts: Vec<(String, Vec<Var>)> = inner.iter().map(|t| self.target_of(t)).collect();
            let text = parts
                .iter()
                .map(|p| if p.1.len() > 1 { format!("({})", p.0) } else { p.0.clone() })
                .collect::<Vec<_>>()
                .join(", ");
            return (text, parts.into_iter().flat_map(|p| p.1).collect());
        }
        let stem = if *of == Ty::Int { "i" } else { self.stem(of) };
        let name = self.name(stem);
        (name.clone(), vec![Var { name, ty: of.clone(), m: bound(of), full: false, fixed: true }])
    }

    fn for_loop(&mut self) {
        let (over, of, trips) = match self.below(8) {
            0 => {
                let (over, of, m) = self.iterable(1);
                let start = self.pick(&["", ", 1", ", start=2"]);
                (format!("enumerate({over}{start})"), Ty::Tuple(vec![Ty::Int, of]), m)
            }
            1 => {
                let ((a, t, m), (b, u, n)) = (self.iterable(1), self.iterable(1));
                (format!("zip({a}, {b})"), Ty::Tuple(vec![t, u]), m.min(n))
            }
            2 => match self.choose(|v| matches!(v.ty, Ty::Dict(..))) {
                Some(v) => {
                    let Ty::Dict(key, value) = &v.ty else { return };
                    (format!("{}.items()", v.name), Ty::Tuple(vec![(**key).clone(), (**value).clone()]), v.m)
                }
                None => self.iterable(2),
            },
            3 => match self.choose(|v| matches!(v.ty, Ty::List(_))) {
                Some(v) => {
                    let Ty::List(of) = &v.ty else { return };
                    (format!("{}({})", self.pick(&["reversed", "list"]), v.name), (**of).clone(), v.m)
                }
                None => self.iterable(2),
            },
            4 => {
                let found: Vec<_> = self
                    .functions
                    .iter()
                    .filter(|f| matches!(f.ret, Ty::Iter(_)) && self.affordable(f.cost))
                    .cloned()
                    .collect();
                if found.is_empty() || self.plain {
                    self.iterable(2)
                } else {
                    let f = found[self.below(found.len())].clone();
                    let e = self.call_of(&f.name.clone(), &f, 1);
                    let Ty::Iter(of) = f.ret else { return };
                    (e.s, *of, 8.0)
                }
            }
            _ => self.iterable(2),
        };
        // What a loop goes through must not change its length under it.
        let changed: Vec<String> = self
            .vars
            .iter()
            .filter(|v| matches!(v.ty, Ty::Dict(..) | Ty::Set(_)) && over.contains(&v.name))
            .map(|v| v.name.clone())
            .collect();
        let over = if changed.is_empty() || over.starts_with("sorted") { over } else { format!("list({over})") };
        let (target, names) = self.target_of(&of);
        // A list may; its loop ends because a list in a loop is kept short.
        let hidden = self.vars.iter().position(|v| matches!(v.ty, Ty::List(_)) && over.contains(&v.name));
        let kept = hidden.filter(|_| self.rng.f64() < 0.5).map(|k| (k, self.vars.remove(k)));
        self.line(format!("for {target} in {over}:"));
        let leaves = self.chance(0.3);
        self.looped(trips.max(1.0), |g| {
            g.vars.extend(names);
            g.some();
            if leaves {
                let test = g.boolean(2);
                let word = g.pick(&["break", "continue", "break"]);
                g.line(format!("if {}:", test.s));
                g.block(|g| {
                    if g.chance(0.5) {
                        g.print();
                    }
                    g.line(word);
                });
                g.some();
            }
        });
        if let Some((k, v)) = kept {
            self.vars.insert(k, v);
        }
        if self.chance(if leaves { 0.4 } else { 0.08 }) {
            self.line("else:");
            self.block(Gen::some);
        }
    }

    fn while_loop(&mut self) {
        let name = self.name("w");
        let n = 1 + self.below(6);
        let counts_down = self.chance(0.5);
        self.line(format!("{name} = {}", if counts_down { n } else { 0 }));
        let more = if self.chance(0.3) { format!(" and {}", self.boolean(1).at(prec::NOT)) } else { String::new() };
        self.line(if counts_down { format!("while {name} > 0{more}:") } else { format!("while {name} < {n}{more}:") });
        self.looped(n as f64, |g| {
            g.vars.push(Var { name: name.clone(), ty: Ty::Int, m: 7.0, full: false, fixed: true });
            let step = if counts_down { format!("{name} -= 1") } else { format!("{name} += 1") };
            // First the step, so that `continue` cannot hold the loop.
            g.line(step);
            g.some();
            if g.chance(0.3) {
                let test = g.boolean(2);
                let word = g.pick(&["break", "continue"]);
                g.line(format!("if {}: {word}", test.s));
                g.some();
            }
        });
        if self.chance(0.2) {
            self.line("else:");
            self.block(Gen::print);
        }
        self.vars.push(Var { name, ty: Ty::Int, m: INT, full: false, fixed: false });
    }

    fn raise(&mut self) {
        let own = self.errors.clone();
        let text = match self.below(4) {
            0 if !own.is_empty() => format!("{}('own')", own[0]),
            1 if own.len() > 1 => {
                let n = self.value(&Ty::Int, 1);
                format!("{}({})", own[1], n.s)
            }
            2 if !self.texts_only => RAISED[self.below(4)].to_owned(),
            _ => {
                let kind = RAISED[self.below(5)];
                let e = self.text(2);
                format!("{kind}({})", e.s)
            }
        };
        self.line(format!("raise {text}"));
    }

    /// The program ends here, by an exception that nothing catches, on most paths.
    pub(crate) fn doom(&mut self) {
        self.risky = true;
        match self.below(9) {
            0 | 1 => {
                let test = self.boolean(2);
                self.line(format!("if {} or True:", test.at(prec::AND)));
                self.block(Gen::raise);
            }
            2 => self.fault(),
            3 => {
                let f = self.name("fail");
                self.line(format!("def {f}(n):"));
                self.block(|g| {
                    g.line("if n > 2:");
                    g.block(Gen::fault);
                    g.line(format!("return {f}(n + 1) + 1"));
                });
                let n = self.below(3);
                self.line(format!("print({f}({n}))"));
            }
            4 => {
                self.line("try:");
                self.block(|g| {
                    g.some();
                    g.fault();
                });
                let kind = RAISED[3];
                self.line(format!("except ({kind}, OSError):"));
                self.block(Gen::print);
            }
            5 => {
                self.line("try:");
                self.block(Gen::fault);
                self.line("except Exception as e:");
                let how =
                    self.pick(&["raise", "raise e", "raise RuntimeError('again') from e", "raise ValueError(str(e))"]);
                self.block(|g| {
                    g.line("print('on', e)");
                    g.line(how);
                });
            }
            6 => {
                self.line("try:");
                self.block(Gen::fault);
                self.line("finally:");
                self.block(Gen::print);
            }
            7 => {
                self.line("for i in range(4):");
                self.block(|g| {
                    g.line("print(i)");
                    g.line("if i == 2:");
                    g.block(Gen::fault);
                });
            }
            _ => {
                let f = self.name("g");
                self.line(format!("def {f}():"));
                self.block(|g| {
                    g.line("yield 1");
                    g.fault();
                    g.line("yield 2");
                });
                self.line(format!("for q in {f}(): print(q)"));
            }
        }
    }

    /// A line that surely raises.
    fn fault(&mut self) {
        let found = self.choose(|v| matches!(v.ty, Ty::List(_)) && !v.name.contains('.'));
        let text = match self.below(8) {
            0 | 1 if let Some(v) = found => format!("print({n}[len({n}) + {}])", self.below(3), n = v.name),
            2 => format!("print({} // (len('ab') - 2))", self.int(1).at(prec::PRODUCT)),
            3 => "print({'a': 1, 'b': 2}['c' * 2])".into(),
            4 => "print(int('12x'))".into(),
            5 => "print([1, 2, 3].index(7))".into(),
            6 => "assert len('abc') == 4, 'not four'".into(),
            7 => "print(float('1.2.3'))".into(),
            _ => return self.raise(),
        };
        self.line(text);
    }

    /// What may raise, in a block of its own.
    fn risky_block(&mut self) {
        let risky = std::mem::replace(&mut self.risky, true);
        self.protected += 1;
        self.some();
        if self.chance(0.5) {
            let test = self.boolean(2);
            self.line(format!("if {}:", test.s));
            self.block(Gen::raise);
            self.some();
        }
        self.protected -= 1;
        self.risky = risky;
    }

    fn attempt(&mut self) {
        self.line("try:");
        self.block(Gen::risky_block);
        let wide = self.chance(0.75);
        let handlers = 1 + usize::from(!wide) + self.below(2);
        let finally = self.chance(0.3);
        if finally && self.chance(0.3) && self.risky {
            self.line("finally:");
            return self.block(|g| g.print());
        }
        for i in 0..handlers {
            let kind = if wide && i + 1 == handlers {
                "Exception".to_owned()
            } else {
                let own = self.errors.clone();
                match self.below(5) {
                    0 if !own.is_empty() => own[self.below(own.len())].clone(),
                    1 => "(IndexError, KeyError)".into(),
                    2 => self.pick(&["LookupError", "ArithmeticError"]).to_owned(),
                    _ => RAISED[self.below(5)].to_owned(),
                }
            };
            // The last one catches all, unless the program may end here.
            let last = i + 1 == handlers;
            let kind = if last && !self.risky { "Exception".to_owned() } else { kind };
            let named = self.chance(0.8);
            let name = self.name("e");
            let head = if named { format!("except {kind} as {name}:") } else { format!("except {kind}:") };
            self.line(head);
            self.block(|g| {
                if named {
                    let form = g.pick(&[
                        "print('caught', @)",
                        "print(type(@).__name__, @)",
                        "print(repr(@))",
                        "print(f'{@!r:>5}|{@}')",
                        "print(str(@).upper())",
                        if g.texts_only { "print(@.args, @.args[0], len(@.args))" } else { "print(repr(@), str(@))" },
                        "print(type(@), isinstance(@, LookupError))",
                    ]);
                    g.line(form.replace('@', &name));
                } else {
                    g.line("print('caught')");
                }
                if g.chance(0.4) {
                    g.some();
                }
                if g.risky && g.chance(0.1) {
                    g.line("raise");
                } else if g.risky && named && g.chance(0.05) {
                    g.line(format!("raise {name}"));
                } else if g.risky && named && g.chance(0.06) {
                    let cause = if g.chance(0.5) { name.as_str() } else { "None" };
                    g.line(format!("raise RuntimeError('again') from {cause}"));
                }
            });
        }
        if self.chance(0.2) {
            self.line("else:");
            self.block(Gen::some);
        }
        if finally {
            self.line("finally:");
            self.block(|g| g.print());
        }
    }
}
