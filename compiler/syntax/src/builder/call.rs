//! Arguments of calls, parameters of functions: their order is Python's, and a name comes once.

use super::{ArgNode, Builder, Clause, INVALID_SYNTAX, Node, ParamItem, exprs, over};
use crate::Symbol;
use crate::ast::{Arg, Expr, ExprKind, Ident, Param, Params};
use quipu_diagnostics::{Diagnostic, Span};
use rustc_hash::FxHashMap as HashMap;

impl Builder<'_> {
    pub fn positional(&mut self, value: Node) -> ArgNode {
        ArgNode::Positional(value)
    }

    pub fn bare_generator(&mut self, elt: Node, clauses: Vec<Clause>) -> ArgNode {
        let span = elt.span();
        let end = clauses.last().map_or(span, |last| {
            last.clause.conditions.last().map_or(last.clause.iter.span, |condition| condition.span)
        });
        ArgNode::Generator(self.generator(elt, clauses, span.start, end.end))
    }

    pub fn keyword(&mut self, name: Node, value: Node) -> ArgNode {
        match name.expr.kind {
            ExprKind::Name(symbol) if !name.paren => {
                ArgNode::Keyword(Ident { name: symbol, span: name.expr.span }, value)
            }
            _ => {
                self.report(
                    Diagnostic::error(INVALID_SYNTAX, "an argument's keyword must be a name", name.span())
                        .help("write `==` to compare"),
                );
                ArgNode::Positional(value)
            }
        }
    }

    pub fn star_arg(&mut self, value: Node) -> ArgNode {
        ArgNode::Star(value)
    }

    pub fn double_star_arg(&mut self, value: Node) -> ArgNode {
        ArgNode::DoubleStar(value)
    }

    /// `open` is where the parenthesis is, from which a lone generator's span begins.
    pub fn call(&mut self, func: Node, args: Vec<ArgNode>, comma: bool, open: u32, l: u32, r: u32) -> Node {
        let whole = if args.len() == 1 && !comma { Some(self.span(open, r)) } else { None };
        let (args, depth) = self.arguments(args, whole);
        let depth = over([&func]).max(depth);
        self.node(ExprKind::Call { func: func.boxed(), args }, depth, l, r)
    }

    /// Checks the order; `whole` is the parentheses where a generator needs none of its own.
    pub(super) fn arguments(&mut self, nodes: Vec<ArgNode>, whole: Option<Span>) -> (Vec<Arg>, usize) {
        let mut depth = 1;
        let mut names: HashMap<Symbol, Span> = HashMap::default();
        let (mut keyword, mut double_star): (Option<Span>, Option<Span>) = (None, None);
        let mut args = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node {
                ArgNode::Positional(value) => {
                    depth = depth.max(over([&value]));
                    let before = double_star.map(|span| (span, "`**`")).or(keyword.map(|span| (span, "keyword")));
                    if let Some((span, what)) = before {
                        self.report(
                            Diagnostic::error(
                                INVALID_SYNTAX,
                                format!("positional argument follows {what} argument"),
                                value.span(),
                            )
                            .secondary(span, "")
                            .help("write positional arguments first"),
                        );
                    }
                    args.push(Arg::Positional(value.expr));
                }
                ArgNode::Generator(mut value) => {
                    depth = depth.max(over([&value]));
                    match whole {
                        Some(span) => value.expr.span = span,
                        None => self.syntax_error(
                            "a generator expression beside other arguments needs parentheses",
                            value.span(),
                        ),
                    }
                    args.push(Arg::Positional(value.expr));
                }
                ArgNode::Star(value) => {
                    depth = depth.max(over([&value]));
                    if let Some(span) = double_star {
                        self.report(
                            Diagnostic::error(INVALID_SYNTAX, "`*` argument follows `**` argument", value.span())
                                .secondary(span, "`**` argument"),
                        );
                    }
                    args.push(Arg::Star(value.expr));
                }
                ArgNode::Keyword(name, value) => {
                    depth = depth.max(over([&value]));
                    keyword = Some(name.span);
                    if let Some(first) = names.insert(name.name, name.span) {
                        self.report(
                            Diagnostic::error(
                                INVALID_SYNTAX,
                                format!("keyword argument `{}` is given twice", name.name),
                                name.span,
                            )
                            .secondary(first, "first here"),
                        );
                    }
                    args.push(Arg::Keyword { name, value: value.expr });
                }
                ArgNode::DoubleStar(value) => {
                    depth = depth.max(over([&value]));
                    double_star = Some(value.span());
                    args.push(Arg::DoubleStar(value.expr));
                }
            }
        }
        (args, depth)
    }

    pub fn param(&mut self, name: Ident, annotation: Option<Node>, default: Option<Node>, l: u32, r: u32) -> ParamItem {
        let depth = over(annotation.iter().chain(&default));
        let [annotation, default] = [annotation, default].map(|node| node.map(|node| node.expr));
        ParamItem::Regular(Param { name, annotation, default, span: self.span(l, r) }, depth)
    }

    pub fn vararg(&mut self, name: Ident, annotation: Option<Node>, l: u32, r: u32) -> ParamItem {
        let depth = over(&annotation);
        let annotation = annotation.map(|node| node.expr);
        ParamItem::VarArg(Param { name, annotation, default: None, span: self.span(l, r) }, depth)
    }

    pub fn kwarg(&mut self, name: Ident, annotation: Option<Node>, l: u32, r: u32) -> ParamItem {
        let depth = over(&annotation);
        let annotation = annotation.map(|node| node.expr);
        ParamItem::KwArg(Param { name, annotation, default: None, span: self.span(l, r) }, depth)
    }

    pub fn lambda(&mut self, items: Vec<ParamItem>, body: Node, l: u32, r: u32) -> Node {
        let (params, depth) = self.params(items);
        let depth = depth.max(body.depth) + 1;
        self.node(ExprKind::Lambda { params: Box::new(params), body: body.boxed() }, depth, l, r)
    }

    /// Sorts parameters into their kinds.
    pub(super) fn params(&mut self, items: Vec<ParamItem>) -> (Params, usize) {
        let mut params = Params::default();
        let mut depth = 1;
        let mut slash = false;
        // The lone star, while no name has followed it; and whether any star has come.
        let mut lone_star: Option<Span> = None;
        let mut after_star = false;
        for item in items {
            let item_span = match &item {
                ParamItem::Regular(p, _) | ParamItem::VarArg(p, _) | ParamItem::KwArg(p, _) => p.span,
                ParamItem::Slash(span) | ParamItem::Star(span) => *span,
            };
            if params.kwarg.is_some() {
                self.syntax_error("nothing may follow the `**` parameter", item_span);
                break;
            }
            match item {
                ParamItem::Regular(param, d) => {
                    depth = depth.max(d);
                    lone_star = None;
                    if after_star {
                        params.kwonly.push(param);
                        continue;
                    }
                    if param.default.is_none()
                        && let Some(before) = params.positional().last()
                        && before.default.is_some()
                    {
                        let diagnostic = Diagnostic::error(
                            INVALID_SYNTAX,
                            format!("parameter `{}` without default follows one with default", param.name.name),
                            param.span,
                        )
                        .secondary(before.span, "");
                        self.report(diagnostic.help("give it a default too, or write it first"));
                    }
                    params.regular.push(param);
                }
                ParamItem::VarArg(param, d) => {
                    depth = depth.max(d);
                    if after_star {
                        self.syntax_error("`*` comes twice in the parameters", item_span);
                    }
                    after_star = true;
                    params.vararg = Some(Box::new(param));
                }
                ParamItem::KwArg(param, d) => {
                    depth = depth.max(d);
                    params.kwarg = Some(Box::new(param));
                }
                ParamItem::Slash(span) => {
                    if slash {
                        self.syntax_error("`/` comes twice in the parameters", span);
                    } else if after_star {
                        self.syntax_error("`/` must stand before `*`", span);
                    } else if params.regular.is_empty() {
                        self.syntax_error("at least one parameter must stand before `/`", span);
                    }
                    slash = true;
                    params.posonly.append(&mut params.regular);
                }
                ParamItem::Star(span) => {
                    if after_star {
                        self.syntax_error("`*` comes twice in the parameters", span);
                    }
                    after_star = true;
                    lone_star = Some(span);
                }
            }
        }
        if let Some(span) = lone_star {
            self.syntax_error("a named parameter must follow the lone `*`", span);
        }
        let mut seen: HashMap<Symbol, Span> = HashMap::default();
        for param in params.iter() {
            if let Some(first) = seen.insert(param.name.name, param.name.span) {
                let message = format!("parameter `{}` comes twice", param.name.name);
                let diagnostic = Diagnostic::error(INVALID_SYNTAX, message, param.name.span);
                self.report(diagnostic.secondary(first, "").help("give it another name"));
            }
        }
        (params, depth)
    }

    pub(super) fn plain(nodes: Vec<Node>) -> Vec<Expr> {
        exprs(nodes)
    }
}
