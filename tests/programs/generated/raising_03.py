# Cases 12 to 15 of `tests/tools/raising.py --seed 2`.
import math
import numpy as np
def item(p, i):
    return p[i]
def put(p, i, v):
    p[i] = v
    return v
def ratio(p, q):
    return p // q
def need(c, m):
    if not c:
        raise ValueError(f"need {m}")
    return m
def case0(f, g, xs, n, k, x):
    i = 0
    print('f', f)
    for i in range(n):
        for i in range(1, n + 1):
            assert k != n, f"at {i}"
            if k - 1 > i + k:
                k = xs.pop()
                k = int(x) % 40
                f[k:] += g[:n]
            else:
                x = f[[0, k * 2 - i]].sum()
                g[-1] += 1
                g[-1] += 1
            try:
                k = (k + xs[k]) % 50
                k = (k + xs[k]) % 50
                k = (i) * 3 % 17
            except Exception as e:
                print('caught', e)
                k = xs.pop()
                x = n - i / (-i)
                x = f[[0, n]].sum()
            else:
                k = (k + xs[i - 1]) % 50
            finally:
                print('finally', k)
                k = ratio(1, k)
            if i == k:
                continue
            k = item(xs, -i)
        x = x * 0.5
    else:
        for i in range(k % 4):
            try:
                k = int(x) % 40
                print('g', g[:2], xs)
                k = xs.pop()
            except LookupError as e:
                print('caught', e)
                k = int("")
            x = x * 0.5
            if i == 1:
                break
            print(i, k, x)
        x = x + k / (i + x)
    for i in range(n):
        f *= 2
    try:
        x = math.sqrt((k - 1) ** 2) + math.sqrt(-i * 0 + -1 * k * 0 + 9)
        k = xs.pop()
    except IndexError as e:
        print('caught', e)
        k = xs.pop()
        return -1
    if n - i != k * 2 - i:
        for e in xs[:3]:
            k = e
            w = 0
            while w < n:
                w += 1
                x = x * 2
            f[0] = -x
            print(i, k, x)
        if n == n:
            if i == k - 1:
                assert n - i < 9
                x = f[[0, i % 3]].sum()
                g[g > 0] = f[:n].astype(int)
    for i in range(2):
        try:
            for i in range(1, n + 1):
                xs.append(k)
                assert n - i != k, f"at {i}"
                x = f[i * 2] + x
                if i == k:
                    break
                print(i, k, x)
                f *= 2
        except ValueError as e:
            print('caught', e)
            g[g > -4] = f[:n].astype(int)
        else:
            k = need(n > 0, k)
            k = (-4) * 3 % 17
            k -= 1
    try:
        g[-1] += 1
        k = int(x) % 40
    except ValueError as e:
        print('caught', e)
        f[0] = 0.5
        try:
            f[:n] += g[:]
            for i in range(n):
                print(-1, -x)
                x = f[i + k] + x
            else:
                k -= 1
                k = ratio(n - 2, -i)
                print('g', g[:2], xs)
        finally:
            print('finally', i)
            w = 0
            while w < n:
                w += 1
                f[:] = f + g[:k]
                print(-i, x + k)
                if k * 2 - i == k + 2:
                    raise ValueError
            if n - 2 > n:
                k = item(xs, k + 2)
                f[k:] += g[:2]
                k = item(xs, k + 2)
            else:
                print(n - 2, x)
                k = int("7")
        k = xs.index(k)
        return -1
    print('end', i, k, x)
    return k
print('case', 0)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case0(f, g, xs, 2, 3, 0))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case0(f, g, xs, 0, 0, -1.5))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case0(f, g, xs, 1, 2, 2.0))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
def case1(f, g, xs, n, k, x):
    i = 0
    x = f[k] + x
    for i in range(n):
        k = n % (k)
        k = item(xs, k)
        if i == 1:
            continue
        assert k - 1 != k + 2, f"at {i}"
        for i in range(k % 4):
            print('f', f)
        try:
            for i in range(1, n + 1):
                g[-1] += 1
                k = int("12")
                if i == k:
                    continue
                print(i, k, x)
                x = x * 0.5
            for i in range(n):
                print('g', g[:2], xs)
                x = k
                if len(xs) == n - 2:
                    raise ValueError
            try:
                x = x * 0.5
                g[g > 3] = f[:n].astype(int)
                x = i + x
            except (IndexError, ValueError) as e:
                print('caught', e)
                f *= 2
            else:
                assert i != k - 1, f"at {i}"
                print(i, k, x)
                k = k // (k - 1)
        except (IndexError, ValueError) as e:
            print('caught', e)
            f[i - 1] = i + x
            f[5] = 0.5
            x = x * 0.5
    k = item(xs, -1)
    for e in xs[:3]:
        k = e
        if k != 3:
            try:
                k = xs.index(k)
                x = f[:n].max()
            finally:
                print('finally', i)
                f *= 2
                k = k - 1 // (k - 1)
    print('end', i, k, x)
    return k
print('case', 1)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case1(f, g, xs, 1, 2, 1))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case1(f, g, xs, 2, 3, 2.0))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case1(f, g, xs, 0, 2, 0.5))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
def case2(f, g, xs, n, k, x):
    i = 0
    f[:] = f + g[:n]
    print('g', g[:2], xs)
    f[:] = f + g[:1]
    print('f', f)
    x = f[[0, n - 2]].sum()
    g[g > 5] = f[:n].astype(int)
    print('end', i, k, x)
    return k
print('case', 2)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case2(f, g, xs, 2, 3, 0))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case2(f, g, xs, 1, 3, 2.0))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case2(f, g, xs, 0, 1, 2.0))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
def case3(f, g, xs, n, k, x):
    i = 0
    k = int(x) % 40
    k = (len(xs)) * 3 % 17
    xs.append(k)
    k = ratio(-i, k - 1)
    for i in range(2):
        k = (n - 2) * 3 % 17
        x = x
        put(xs, i, k * 2 - i)
    x = x * 0.5
    print('end', i, k, x)
    return k
print('case', 3)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case3(f, g, xs, 1, 1, 0.5))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case3(f, g, xs, 0, 2, 0.5))
except IndexError as e:
    print('IndexError:', e)
except ZeroDivisionError as e:
    print('ZeroDivisionError:', e)
except ValueError as e:
    print('ValueError:', e)
except AssertionError as e:
    print('AssertionError:', e)
except RuntimeError as e:
    print('RuntimeError:', e)
except OverflowError as e:
    print('OverflowError:', e)
except KeyError as e:
    print('KeyError:', e)
print(f, g, xs)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
print(case3(f, g, xs, 2, 1, 0.5))
print(f, g, xs)
