()
(a)
((a))
(a,)
(a, b)
(a, b,)
(*a,)
(*a, b)
(a := 1)
(a := 1, 2)
[]
[a]
[a,]
[a, *b, c]
[a := 1, b]
{}
{a}
{a, b,}
{*a, b}
{a: b}
{a: b, **c, d: e,}
{**a}
{**a, 'b': 1}
{lambda: 0: 1}
{a if b else c: d}
{1: [2, {3: (4,)}]}
[
    1,  # one

    2,
]
a, b
a,
*a, b
