using System.Runtime.CompilerServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static unsafe partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => Ops.select.Call(this, 0, i1);
            set => index_put_(value, [i1]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index([i1, i2]);
            set => index_put_(value, [i1, i2]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index([i1, i2, i3]);
            set => index_put_(value, [i1, i2, i3]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => index([.. indices.Select(i => TensorIndex.Single(i))]);
            set => index_put_(value, [.. indices.Select(i => TensorIndex.Single(i))]);
        }

        public Tensor index(params TensorIndex[] indices)
        {
            var lowered = stackalloc Interop.Index[indices.Length];
            for (int i = 0; i < indices.Length; i++)
                lowered[i] = indices[i].Lower();
            nint result;
            Kd.Check(Kd.kd_index(Handle, lowered, indices.Length, &result));
            GC.KeepAlive(indices);
            GC.KeepAlive(this);
            return Own(result);
        }

        public Tensor index(params Tensor[] indices) => Ops.index.Call(this, Arg.Optional(indices));

        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            var lowered = stackalloc Interop.Index[indices.Length];
            for (int i = 0; i < indices.Length; i++)
                lowered[i] = indices[i].Lower();
            Kd.Check(Kd.kd_index_put(Handle, lowered, indices.Length, value.Handle));
            GC.KeepAlive(indices);
            GC.KeepAlive(value);
            GC.KeepAlive(this);
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => Ops.index_put_.InPlace(this, Arg.Optional(indices), value);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) =>
            Ops.index_put_.InPlace(this, Arg.Optional(indices), value, accumulate);

        public Tensor index_select(long dim, Tensor index) => Ops.index_select.Call(this, dim, index);

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) => Ops.index_add_.InPlace(this, dim, index, source, alpha);

        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Ops.index_copy_.InPlace(this, dim, index, source);

        public Tensor index_fill_(long dim, Tensor index, Scalar value) => Ops.index_fill_.InPlace(this, dim, index, value);

        public Tensor gather(long dim, Tensor index) => Ops.gather.Call(this, dim, index);

        public Tensor scatter(long dim, Tensor index, Tensor src) => Ops.scatter.Call(this, dim, index, src);

        public Tensor scatter_(long dim, Tensor index, Tensor src) => Ops.scatter_.InPlace(this, dim, index, src);

        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Ops.scatter_add.Call(this, dim, index, src);

        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Ops.scatter_add_.InPlace(this, dim, index, src);

        public Tensor masked_fill(Tensor mask, Scalar value) => Ops.masked_fill.Call(this, mask, value);

        public Tensor masked_fill_(Tensor mask, Scalar value) => Ops.masked_fill_.InPlace(this, mask, value);

        public Tensor masked_select(Tensor mask) => Ops.masked_select.Call(this, mask);

        /// <summary>This where the condition holds, else the other.</summary>
        public Tensor where(Tensor condition, Tensor y) => Ops.where.Call(condition, this, y);

        public Tensor nonzero() => Ops.nonzero.Call(this);
    }
}
