# A stack machine, a queue, an insertion sort, a binary heap.
def rpn(tokens):
    st = []
    for t in tokens:
        if t == "+":
            b = st.pop()
            a = st.pop()
            st.append(a + b)
        elif t == "*":
            b = st.pop()
            a = st.pop()
            st.append(a * b)
        else:
            st.append(int(t))
    return st
print(rpn("3 4 + 2 *".split()), rpn(["5"]))
def insertion(xs):
    for i in range(1, len(xs)):
        v = xs[i]
        j = i - 1
        while j >= 0 and xs[j] > v:
            xs[j + 1] = xs[j]
            j -= 1
        xs[j + 1] = v
xs = [5, 2, 9, -1, 2]
insertion(xs)
print(xs)
def push(h, v):
    h.append(v)
    i = len(h) - 1
    while i > 0 and h[(i - 1) // 2] > h[i]:
        p = (i - 1) // 2
        h[p], h[i] = h[i], h[p]
        i = p
def pop(h):
    top = h[0]
    last = h.pop()
    if h:
        h[0] = last
        i = 0
        while 2 * i + 1 < len(h):
            c = 2 * i + 1
            if c + 1 < len(h) and h[c + 1] < h[c]:
                c += 1
            if h[i] <= h[c]:
                break
            h[i], h[c] = h[c], h[i]
            i = c
    return top
heap = []
for v in (5, 3, 8, 1, 9, 2):
    push(heap, v)
print(heap, [pop(heap) for _ in range(6)])
