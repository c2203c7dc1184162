using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>Moves every parameter, its gradient and every buffer, each in place, so that optimizers and aliases stay valid. Element types change for floating-point tensors only.</summary>
            internal virtual Module _to(Device? device, ScalarType? dtype)
            {
                if (dtype is { } type && !torch.is_floating_point(type))
                    throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={type}");
                if (device is not null)
                    InitializeDeviceType(device.type);
                using var no = no_grad();
                foreach (var (_, parameter) in _parameters)
                {
                    using var gradient = parameter.grad;
                    Move(parameter, device, dtype);
                    if (gradient is null)
                        continue;
                    // libtorch wants a gradient of its tensor's type: it is put back after both moved.
                    Move(gradient, device, dtype);
                    parameter.grad = gradient;
                }

                foreach (var (_, buffer, _) in _buffers)
                    Move(buffer, device, dtype);
                foreach (var (_, child) in _children)
                    child._to(device, dtype);
                return this;
            }

            private static void Move(Tensor tensor, Device? device, ScalarType? dtype)
            {
                var type = tensor.is_floating_point() ? dtype ?? tensor.dtype : tensor.dtype;
                using var moved = tensor.to(type, device ?? tensor.device);
                if (moved.Handle == tensor.Handle)
                    return;
                if (tensor is Modules.Parameter { grad: { } old } parameter)
                {
                    old.Dispose();
                    parameter.grad = null;
                }

                Kd.Check(Kd.kd_set_data(tensor.Handle, moved.Handle));
            }
        }
    }
}

/// <summary>Moving a module, with its own type as result.</summary>
public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module => (T)module._to(null, type);

    public static T to<T>(this T module, torch.Device device, torch.ScalarType type, bool non_blocking = false) where T : torch.nn.Module => (T)module._to(device, type);

    public static T to<T>(this T module, torch.Device device, bool non_blocking = false) where T : torch.nn.Module => (T)module._to(device, null);

    public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1, bool non_blocking = false) where T : torch.nn.Module =>
        (T)module._to(new(deviceType, deviceIndex), null);

    public static T to<T>(this T module, string device, bool non_blocking = false) where T : torch.nn.Module => (T)module._to(new(device), null);

    public static T cpu<T>(this T module, bool non_blocking = false) where T : torch.nn.Module => (T)module._to(torch.CPU, null);

    public static T cuda<T>(this T module, int deviceIndex = -1, bool non_blocking = false) where T : torch.nn.Module =>
        (T)module._to(new(DeviceType.CUDA, deviceIndex), null);

    public static T half<T>(this T module, bool non_blocking = false) where T : torch.nn.Module => (T)module._to(null, torch.ScalarType.Float16);

    public static T bfloat16<T>(this T module, bool non_blocking = false) where T : torch.nn.Module => (T)module._to(null, torch.ScalarType.BFloat16);

    public static T @float<T>(this T module, bool non_blocking = false) where T : torch.nn.Module => (T)module._to(null, torch.ScalarType.Float32);

    public static T @double<T>(this T module, bool non_blocking = false) where T : torch.nn.Module => (T)module._to(null, torch.ScalarType.Float64);
}
