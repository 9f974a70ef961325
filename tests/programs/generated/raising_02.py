# Cases 8 to 11 of `tests/tools/raising.py --seed 2`.
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
    try:
        w = 0
        while w < n:
            w += 1
            try:
                k = int("x")
            except ZeroDivisionError as e:
                print('caught', e)
                x = x * 0.5
                raise
            finally:
                print('finally', k)
                f *= 2
            if len(xs) == n - 2:
                if i % 3 == len(xs):
                    raise ValueError
                f *= 2
                f[k:] += g[:]
            else:
                if k > k * 2 - i:
                    raise RuntimeError(f"k is {k}, i is {i}")
                k = i % 3 % (n - i)
                print(0, i + x)
            print('g', g[:2], xs)
        for i in range(n - 1, -2, -1):
            f[:] = f + g[:1]
            k -= 1
        try:
            for i in range(2):
                xs.append(k)
        except ArithmeticError as e:
            print('caught', e)
            try:
                f[0] = k * 0.25
            except Exception as e:
                print('caught', e)
                f *= 2
                g[-1] += 1
                k = item(xs, 2)
    except Exception as e:
        print('caught', e)
        k = int(x) % 40
        for i in range(k % 4):
            for e in xs[:3]:
                k = e
                if n - 2 > n:
                    raise ZeroDivisionError(f"k is {k}, i is {i}")
                put(f, i * 2, -x)
                k = int(x) % 40
        for i in range(n - 1, -2, -1):
            try:
                x = k
                k = item(xs, -k - 1)
                g[-1] += 1
            except ValueError as e:
                print('caught', e)
                print(-i, x + k)
                g[-1] += 1
                return -1
            w = 0
            while w < n:
                w += 1
                print('f', f)
                k = xs.index(k)
                if n - i > i % 3:
                    raise ZeroDivisionError(f"k is {k}, i is {i}")
            x = f[n - k] + x
    else:
        k += 1
        k = xs.pop()
    finally:
        print('finally', k)
        print('f', f)
    if len(xs) == k - 1:
        raise ValueError
    x = 0.5
    for i in range(k % 4):
        k = xs.index(k)
        for i in range(1, n + 1):
            x = 0.5
        if i == k:
            continue
        assert i + k < 9
        for i in range(n):
            put(f, -i, x - 1)
            try:
                k += 1
            except Exception as e:
                print('caught', e)
                put(f, i * 2, 0.5)
                x = item(f, 2)
        for i in range(k % 4):
            print(5, 0.5)
            if -i == len(xs):
                f[0] = x
            else:
                g[-1] += 1
                if n - 2 > 3:
                    raise RuntimeError(f"k is {k}, i is {i}")
            x = f[:k].max()
        else:
            k = (k - 1) * 3 % 17
    xs[3] = k
    w = 0
    while w < n:
        w += 1
        if k < k * 2 - i:
            for i in range(n - 1, -2, -1):
                k = int(x) % 40
                k = need(-i > 0, k)
                put(xs, 5, i)
        else:
            try:
                assert i != len(xs), f"at {i}"
            except ZeroDivisionError as e:
                print('caught', e)
                xs[n - k] = k
                print(k * 2 - i, x - 1)
                k = item(xs, -i)
                raise
            finally:
                print('finally', k)
                if i % 3 == k:
                    raise ValueError
                print(k - 1, x * 2)
                x = 0.5 / (0.5)
        for i in range(k % 4):
            if -1 == k - 1:
                k += 1
            x = k
            for e in g:
                g[0] = e
                if k * 2 - i == k + 2:
                    raise ValueError
                xs[-i] = k
            if i == k:
                continue
            for i in range(n):
                x = math.sqrt((k - 1) ** 2) + math.sqrt(n * 0 + 4)
                if -i > len(xs):
                    raise ZeroDivisionError(f"k is {k}, i is {i}")
            x = math.sqrt((k + 2) ** 2) + math.sqrt(i % 3 * 0 + -1 * k * 0 + 9)
        else:
            g[g > -4] = f[:n].astype(int)
            f[-k - 1] = i + x
    f[0] = k * 0.25
    print('end', i, k, x)
    return k
print('case', 0)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case0(f, g, xs, 2, 0, 0))
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
    print(case0(f, g, xs, 1, 0, 1))
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
    print(case0(f, g, xs, 0, 1, 0.5))
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
    k = xs.pop()
    if n - i > len(xs):
        k = int("")
        f[0] = 0.5
    for i in range(n):
        x = k
        try:
            xs.append(k)
            for e in g:
                g[0] = e
                x = x / (0.5)
                k += 1
        except Exception as e:
            print('caught', e)
            k = need(k > -1, k)
            k = xs.pop()
            k = i % (n)
            raise
        finally:
            print('finally', k)
            try:
                k = xs.pop()
                k = item(xs, k + 2)
                k = (k - 1) * 3 % 17
            except Exception as e:
                print('caught', e)
                k = int(x) % 40
            else:
                print('g', g[:2], xs)
                print('f', f)
                x = x * 0.5
            finally:
                print('finally', k)
                x = f[5] + x
            try:
                g[-1] += 1
                assert n - 2 != n, f"at {i}"
                print('f', f)
            except IndexError as e:
                print('caught', e)
                put(f, -i, k * 0.25)
                f[k:] += g[:2]
                put(xs, i, n - 2)
            finally:
                print('finally', k)
                g[-1] += 1
                k = item(xs, k)
                g[g > 0] = f[:n].astype(int)
        for i in range(2):
            try:
                g[3] += 2
                x = x - 1 / (x * 2)
            except LookupError as e:
                print('caught', e)
                if -4 > k:
                    raise ZeroDivisionError(f"k is {k}, i is {i}")
                raise RuntimeError('from handler')
            for i in range(n):
                if k == k - 1:
                    raise ValueError
                print(i, k, x)
                print('f', f)
            k = xs.index(k)
            if i == 1:
                break
            k = (k + xs[-k - 1]) % 50
    xs.append(k)
    x = i + k / (k * 2 - i)
    w = 0
    while w < n:
        w += 1
        x = k
        g[i] += n
    print('end', i, k, x)
    return k
print('case', 1)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case1(f, g, xs, 1, 3, 0.5))
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
    print(case1(f, g, xs, 0, 1, -1.5))
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
    print(case1(f, g, xs, 2, 0, 0.5))
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
    x = f[i] + x
    x = f[[0, i]].sum()
    k = int(x) % 40
    print('end', i, k, x)
    return k
print('case', 2)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case2(f, g, xs, 1, 0, -1.5))
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
    print(case2(f, g, xs, 0, 0, 1))
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
    print(case2(f, g, xs, 2, 3, 2.0))
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
    f *= 2
    put(f, k + 2, x * 2)
    x = k
    x = item(f, -k - 1)
    k = xs.index(k)
    print('end', i, k, x)
    return k
print('case', 3)
f = np.arange(4.0)
g = np.arange(3) * 2
xs = [3, 1, 2]
try:
    print(case3(f, g, xs, 0, 3, 2.0))
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
    print(case3(f, g, xs, 2, 2, 2.0))
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
print(case3(f, g, xs, 1, 0, -1.5))
print(f, g, xs)
