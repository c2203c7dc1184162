using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs() => Ops.abs.Call(this);

        public Tensor neg() => Ops.neg.Call(this);

        public Tensor sign() => Ops.sign.Call(this);

        public Tensor exp() => Ops.exp.Call(this);

        public Tensor exp_() => Ops.exp_.InPlace(this);

        public Tensor log() => Ops.log.Call(this);

        public Tensor log_() => Ops.log_.InPlace(this);

        public Tensor log1p() => Ops.log1p.Call(this);

        public Tensor sqrt() => Ops.sqrt.Call(this);

        public Tensor sqrt_() => Ops.sqrt_.InPlace(this);

        public Tensor rsqrt() => Ops.rsqrt.Call(this);

        public Tensor square() => Ops.square.Call(this);

        public Tensor reciprocal() => Ops.reciprocal.Call(this);

        public Tensor floor() => Ops.floor.Call(this);

        public Tensor ceil() => Ops.ceil.Call(this);

        public Tensor round(long decimals = 0) => Ops.round_decimals.Call(this, decimals);

        public Tensor trunc() => Ops.trunc.Call(this);

        public Tensor sin() => Ops.sin.Call(this);

        public Tensor cos() => Ops.cos.Call(this);

        public Tensor erf() => Ops.erf.Call(this);

        public Tensor tanh() => Ops.tanh.Call(this);

        public Tensor sigmoid() => Ops.sigmoid.Call(this);

        public Tensor relu() => Ops.relu.Call(this);

        public Tensor relu_() => Ops.relu_.InPlace(this);

        public Tensor gelu() => Ops.gelu.Call(this);

        public Tensor gelu(Modules.GELU.Approximate approximate) => Ops.gelu.Call(this, approximate.ToString());

        public Tensor silu() => Ops.silu.Call(this);

        public Tensor leaky_relu(Scalar negative_slope) => Ops.leaky_relu.Call(this, negative_slope);

        public Tensor softplus(double beta = 1, double threshold = 20) => Ops.softplus.Call(this, beta, threshold);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Ops.softmax.Call(this, dim, dtype);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Ops.log_softmax.Call(this, dim, dtype);
    }
}
