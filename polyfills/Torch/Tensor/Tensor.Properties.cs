using TorchSharp.Interop;

namespace TorchSharp;

public static unsafe partial class torch
{
    public partial class Tensor
    {
        public ScalarType dtype => Read((ScalarType)Kd.kd_dtype(Handle));

        public Device device => Read(torch.Device.Of(Kd.kd_device(Handle)));

        public DeviceType device_type => device.type;

        public int device_index => device.index;

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_sparse => Read(Kd.kd_is_sparse(Handle) != 0);

        public bool is_leaf => Read(Kd.kd_is_leaf(Handle) != 0);

        public long Dimensions => Read(Kd.kd_dim(Handle));

        public long ndim => Dimensions;

        public long NumberOfElements => Read(Kd.kd_numel(Handle));

        public long ElementSize => Read(Kd.kd_itemsize(Handle));

        public long[] shape
        {
            get
            {
                var sizes = new long[Kd.kd_dim(Handle)];
                fixed (long* p = sizes)
                    Kd.kd_sizes(Handle, p);
                return Read(sizes);
            }
        }

        public bool requires_grad
        {
            get => Read(Kd.kd_requires_grad(Handle) != 0);
            set
            {
                Kd.Check(Kd.kd_set_requires_grad(Handle, value ? 1 : 0));
                GC.KeepAlive(this);
            }
        }

        /// <summary>The accumulated gradient as a new object, or null.</summary>
        public Tensor? grad
        {
            get
            {
                nint gradient;
                Kd.Check(Kd.kd_grad(Handle, &gradient));
                GC.KeepAlive(this);
                return gradient == 0 ? null : Own(gradient);
            }
            set
            {
                Kd.Check(Kd.kd_set_grad(Handle, value?.Handle ?? 0));
                GC.KeepAlive(value);
                GC.KeepAlive(this);
            }
        }

        public Tensor T => permute([.. Enumerable.Range(0, (int)ndim).Reverse().Select(d => (long)d)]);

        public Tensor mT => transpose(-2, -1);

        public long dim() => Dimensions;

        public long numel() => NumberOfElements;

        public long element_size() => ElementSize;

        public long[] size() => shape;

        public long size(int dim)
        {
            var sizes = shape;
            int d = dim < 0 ? dim + sizes.Length : dim;
            if (d < 0 || d >= sizes.Length)
                throw new IndexOutOfRangeException($"dimension {dim} of a tensor of {sizes.Length} dimensions");
            return sizes[d];
        }

        public long[] stride()
        {
            var strides = new long[Kd.kd_dim(Handle)];
            fixed (long* p = strides)
                Kd.Check(Kd.kd_strides(Handle, p));
            return Read(strides);
        }

        public long stride(int dim)
        {
            var strides = stride();
            return strides[dim < 0 ? dim + strides.Length : dim];
        }

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_contiguous() => Read(Kd.kd_is_contiguous(Handle) != 0);

        public bool is_floating_point() => torch.is_floating_point(dtype);

        /// <summary>Passes a value read from the native tensor, which must live until it was read.</summary>
        private TValue Read<TValue>(TValue value)
        {
            GC.KeepAlive(this);
            return value;
        }
    }
}
