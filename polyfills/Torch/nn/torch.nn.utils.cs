using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Scales all gradients so that their joint norm is at most max_norm; gives the norm before.</summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2) =>
                Gradients.ClipNorm([.. tensors], max_norm, norm_type);

            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var no = no_grad();
                foreach (var parameter in tensors)
                {
                    using var gradient = parameter.grad;
                    gradient?.clamp_(-clip_value, clip_value);
                }
            }
        }
    }
}
