using TorchSharp.Interop;

namespace TorchSharp;

public static unsafe partial class torch
{
    /// <summary>Seeds every default generator, and gives back the CPU's.</summary>
    public static Generator manual_seed(long seed)
    {
        Kd.Check(Kd.kd_manual_seed(seed));
        return Generator.Default;
    }

    public static Tensor get_rng_state() => random.get_rng_state();

    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);

    public static class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static long initial_seed() => Generator.Default.initial_seed();

        public static long seed() => Generator.Default.seed();

        public static Tensor get_rng_state() => Generator.Default.get_state();

        public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);
    }

    /// <summary>A stream of random numbers, with a state that can be kept and put back.</summary>
    public class Generator : IDisposable
    {
        private nint _handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            nint made;
            Kd.Check(Kd.kd_generator(this.device.Code, (long)seed, &made));
            _handle = made;
        }

        private Generator(nint handle)
        {
            device = CPU;
            _handle = handle;
        }

        ~Generator() => Dispose(false);

        public static Generator Default
        {
            get
            {
                nint found;
                Kd.Check(Kd.kd_default_generator(CPU.Code, &found));
                return new(found);
            }
        }

        public nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(Generator));

        public Device device { get; }

        public Tensor get_state()
        {
            nint state;
            Kd.Check(Kd.kd_generator_state(Handle, &state));
            GC.KeepAlive(this);
            return Tensor.Own(state);
        }

        public void set_state(Tensor value)
        {
            Kd.Check(Kd.kd_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(value);
            GC.KeepAlive(this);
        }

        public Generator manual_seed(long seed)
        {
            Kd.Check(Kd.kd_generator_seed(Handle, seed));
            GC.KeepAlive(this);
            return this;
        }

        public long initial_seed() => Seed(false);

        /// <summary>Takes a seed from the system, and says which.</summary>
        public long seed() => Seed(true);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            nint handle = Interlocked.Exchange(ref _handle, 0);
            if (handle != 0)
                Kd.kd_generator_free(handle);
        }

        private long Seed(bool fresh)
        {
            long value;
            Kd.Check(Kd.kd_generator_current_seed(Handle, fresh ? 1 : 0, &value));
            GC.KeepAlive(this);
            return value;
        }
    }
}
