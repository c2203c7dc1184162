using TorchSharp.Interop;

namespace TorchSharp;

public static unsafe partial class torch
{
    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static bool is_grad_enabled() => Kd.kd_grad_enabled() != 0;

    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_inference_mode_enabled() => Kd.kd_inference_mode_enabled() != 0;

    /// <summary>Sets this thread's gradient mode, and puts the old one back at its end.</summary>
    private sealed class GradMode : IDisposable
    {
        private readonly int _before = Kd.kd_grad_enabled();

        internal GradMode(bool on) => Kd.kd_set_grad_enabled(on ? 1 : 0);

        public void Dispose() => Kd.kd_set_grad_enabled(_before);
    }

    private sealed class InferenceMode(bool on) : IDisposable
    {
        private void* _guard = Kd.kd_inference_mode(on ? 1 : 0);

        public void Dispose()
        {
            if (_guard == null)
                return;
            Kd.kd_inference_mode_end(_guard);
            _guard = null;
        }
    }
}
