using System.Text;
using TorchSharp.Interop;

namespace TorchSharp;

public static unsafe partial class torch
{
    /// <summary>TorchScript files, as PyTorch's torch.jit.save writes them.</summary>
    public static partial class jit
    {
        public static ScriptModule load(string filename, DeviceType device_type = DeviceType.CPU, long device_index = -1) =>
            new(Load(filename, new(device_type, (int)device_index)));

        public static ScriptModule load(string filename, Device map_location) => new(Load(filename, map_location));

        public static ScriptModule load(byte[] bytes, DeviceType device_type = DeviceType.CPU, long device_index = -1) =>
            new(Load(bytes, new(device_type, (int)device_index)));

        public static ScriptModule<TResult> load<TResult>(string filename, DeviceType device_type = DeviceType.CPU, long device_index = -1) =>
            new(Load(filename, new(device_type, (int)device_index)));

        public static ScriptModule<T1, TResult> load<T1, TResult>(string filename, DeviceType device_type = DeviceType.CPU, long device_index = -1) =>
            new(Load(filename, new(device_type, (int)device_index)));

        public static ScriptModule<T1, T2, TResult> load<T1, T2, TResult>(string filename, DeviceType device_type = DeviceType.CPU, long device_index = -1) =>
            new(Load(filename, new(device_type, (int)device_index)));

        private static nint Load(string filename, Device device)
        {
            if (!File.Exists(filename))
                throw new FileNotFoundException(filename);
            nint module;
            fixed (byte* path = Encoding.UTF8.GetBytes(filename + "\0"))
                Kd.Check(Kd.kd_jit_load(path, InitializeDevice(device).Code, &module));
            return module;
        }

        private static nint Load(byte[] bytes, Device device)
        {
            nint module;
            fixed (byte* p = bytes)
                Kd.Check(Kd.kd_jit_load_bytes(p, bytes.Length, InitializeDevice(device).Code, &module));
            return module;
        }
    }
}
