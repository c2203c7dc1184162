using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static bool cuda_is_available() => cuda.is_available();

    public static class cuda
    {
        public static bool is_available() => Kd.kd_cuda_is_available() != 0;

        public static int device_count() => Kd.kd_cuda_device_count();

        public static void manual_seed(long seed) => Kd.Check(Kd.kd_cuda_manual_seed(seed));

        public static void manual_seed_all(long seed) => Kd.Check(Kd.kd_cuda_manual_seed(seed));

        public static void synchronize(Device? device = null) => Kd.Check(Kd.kd_cuda_synchronize(device?.index ?? -1));
    }
}
