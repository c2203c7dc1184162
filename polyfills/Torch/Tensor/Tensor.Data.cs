using TorchSharp.Interop;
using TorchSharp.Utils;

namespace TorchSharp;

public static unsafe partial class torch
{
    public partial class Tensor
    {
        /// <summary>The raw bytes of a contiguous tensor on the CPU; valid while the tensor lives.</summary>
        public Span<byte> bytes
        {
            get
            {
                if (!is_contiguous())
                    throw new InvalidOperationException("bytes is for contiguous tensors; call contiguous() first.");
                return new(HostData(), checked((int)(NumberOfElements * ElementSize)));
            }
            set
            {
                if (!is_contiguous())
                    throw new InvalidOperationException("SetBytes() called on non-contiguous tensor.");
                if (NumberOfElements * ElementSize != value.Length)
                    throw new ArgumentException("Mismatched data sizes in SetBytes().");
                value.CopyTo(bytes);
            }
        }

        /// <summary>A view of the elements of a tensor on the CPU; one on another device is copied to the CPU first.</summary>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            Require<T>();
            return new(is_cpu() ? this : cpu());
        }

        public T item<T>() where T : unmanaged
        {
            if (NumberOfElements != 1)
                throw new ArgumentException("Number of elements in the tensor must be 1");
            Require<T>();
            T value;
            ToHost(&value, sizeof(T));
            return value;
        }

        public Scalar ToScalar() => Ops.item.CallScalar(this);

        internal void* HostData()
        {
            if (!is_cpu())
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            void* p = Kd.kd_data(Handle);
            return p != null || NumberOfElements == 0 ? p : throw Kd.LastError();
        }

        internal void ToHost(void* destination, long bytes)
        {
            Kd.Check(Kd.kd_to_host(Handle, destination, bytes));
            GC.KeepAlive(this);
        }

        internal void FromHost(void* source, long bytes)
        {
            Kd.Check(Kd.kd_from_host_into(Handle, source, bytes));
            GC.KeepAlive(this);
        }

        private void Require<T>() where T : unmanaged
        {
            if (ElementType<T>() is { } wanted && wanted == dtype)
                return;
            throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}");
        }

        internal static ScalarType? ElementType<T>() where T : unmanaged
        {
            if (typeof(T) == typeof(float))
                return ScalarType.Float32;
            if (typeof(T) == typeof(long))
                return ScalarType.Int64;
            if (typeof(T) == typeof(double))
                return ScalarType.Float64;
            if (typeof(T) == typeof(int))
                return ScalarType.Int32;
            if (typeof(T) == typeof(bool))
                return ScalarType.Bool;
            if (typeof(T) == typeof(byte))
                return ScalarType.Byte;
            if (typeof(T) == typeof(sbyte))
                return ScalarType.Int8;
            if (typeof(T) == typeof(short))
                return ScalarType.Int16;
            return typeof(T) == typeof(Half) ? ScalarType.Float16 : null;
        }
    }
}
