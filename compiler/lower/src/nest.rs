//! Loop nests over elements, and the buffers that they fill.

use crate::element::{Ix, Region};
use crate::func::{Body, BufId, Res, Value};
use quipu_abi::DType;
use quipu_ir::loops::{ForAttrs, Parallel, Val};
use quipu_ir::ops::Op;
use quipu_ir::{Ty, Var};
use rustc_hash::FxHashMap as HashMap;

/// In which order a nest runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Iterations are independent.
    Any,
    Forward,
    Backward,
}

impl Body<'_, '_> {
    /// A nest over these dims, the last one innermost.
    pub fn nest(&mut self, dims: &[Val], order: Order, body: &mut dyn FnMut(&mut Self, &[Ix]) -> Res) -> Res {
        self.stats.nests += 1;
        self.memo.push(HashMap::default());
        let done = self.nest_from(dims, order, &mut vec![], body);
        self.memo.pop();
        done
    }

    fn nest_from(
        &mut self,
        dims: &[Val],
        order: Order,
        at: &mut Vec<Ix>,
        body: &mut dyn FnMut(&mut Self, &[Ix]) -> Res,
    ) -> Res {
        let Some(n) = dims.get(at.len()).copied() else { return body(self, at) };
        let zero = self.b.i64(0);
        let parallel = if order == Order::Any { Parallel::Independent } else { Parallel::No };
        let (lo, hi, step) = match order {
            Order::Backward => {
                let ones = self.b.i64(-1);
                (self.b.add(n, ones), ones, -1)
            }
            _ => (zero, n, 1),
        };
        let (i, _) = self.b.begin_for(lo, hi, ForAttrs { step, parallel, ..ForAttrs::default() }, &[]);
        at.push(i.into());
        let done = self.nest_from(dims, order, at, body);
        at.pop();
        self.b.end_for(&[]);
        done
    }

    /// Elements of a type with these dims.
    pub fn count(&mut self, dims: &[Val]) -> Val {
        let one = self.b.i64(1);
        dims.iter().fold(one, |n, d| self.b.mul(n, *d))
    }

    /// A new buffer for a variable, owned by the open block.
    pub fn alloc(&mut self, v: Var, zeroed: bool) -> Res<BufId> {
        let Ty::Array(d, dims) = self.f.ty(v) else { return self.error(format!("no buffer for {v}")) };
        let dims = self.dims(dims)?;
        let ptr = self.alloc_raw(*d, &dims, zeroed)?;
        Ok(self.define_buffer(v, ptr, true))
    }

    pub fn alloc_raw(&mut self, d: DType, dims: &[Val], zeroed: bool) -> Res<Val> {
        self.stats.allocations += 1;
        self.new_array(d, dims, zeroed)
    }

    /// Gives a variable that is a recipe a buffer with its elements.
    pub fn force(&mut self, v: Var) -> Res<BufId> {
        match self.value(v)? {
            Value::Buf(id) => return Ok(id),
            Value::Recipe => {}
            _ => return self.error(format!("{v} is no array")),
        }
        let zeros = matches!(self.defs[&v].op, Op::Zeros(_));
        let Ty::Array(d, dims) = self.f.ty(v) else { return self.error(format!("{v} is no array")) };
        let dims = self.dims(dims)?;
        let ptr = self.alloc_raw(*d, &dims, zeros)?;
        if !zeros {
            self.fill(v, ptr, &dims)?;
        }
        Ok(self.define_buffer(v, ptr, true))
    }

    /// Stores the elements of `v` at `ptr`, row-major.
    pub fn fill(&mut self, v: Var, ptr: Val, dims: &[Val]) -> Res {
        // A buffer that is new has a class that nothing else in the nest has; the variable's own gets there later.
        let size = self.elem_size(v);
        let class = self.class_of(v);
        let flat = dims.len() > 1 && self.flat_ok(v);
        let dims = if flat { vec![self.count(dims)] } else { dims.to_vec() };
        self.nest(&dims, Order::Any, &mut |x, at| {
            let n = x.element(v, at)?;
            let lin = x.linear(v, at)?;
            let at = x.b.elem_ptr(ptr, lin.at, size);
            x.store_num(n, at, class);
            Ok(())
        })
    }

    /// A variable whose buffer the open block owns and may store into, or hand on. Copies one that it does not own.
    pub fn own(&mut self, v: Var) -> Res<BufId> {
        let depth = self.scopes.len() - 1;
        let id = match self.value(v)? {
            Value::Buf(id) => id,
            _ => return self.force(v),
        };
        if self.bufs[id.0].owner == Some(depth) {
            return Ok(id);
        }
        // An element that was borrowed from a list is a value of its own: no needless copy.
        self.stats.copies += u32::from(self.bufs[id.0].parent.is_none());
        let axes = self.all_axes(v);
        let vals = self.flatten(v, &axes)?;
        let vals = self.copy_value(self.f.ty(v), &vals)?;
        Ok(self.define_buffer(v, vals[0], true))
    }

    pub fn copy_elements(&mut self, to: Region, from: Region, d: DType, dims: &[Val]) -> Res {
        let n = self.count(dims);
        self.nest(&[n], Order::Any, &mut |x, at| {
            let num = x.load_at(from, d, at[0]);
            let ptr = x.b.elem_ptr(to.ptr, at[0].at, d.size() as u32);
            x.store_num(num, ptr, to.class);
            Ok(())
        })
    }

    /// Takes a buffer away from the open block: it now belongs to what consumed it.
    pub fn give(&mut self, id: BufId) {
        self.bufs[id.0].owner = None;
        if let Some(s) = self.scopes.last_mut() {
            s.owned.retain(|o| *o != id);
        }
    }
}
