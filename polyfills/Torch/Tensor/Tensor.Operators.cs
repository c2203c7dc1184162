using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => Ops.add.Call(left, right);

        public static Tensor operator +(Tensor left, Scalar right) => Ops.add_Scalar.Call(left, right);

        public static Tensor operator +(Scalar left, Tensor right) => Ops.add_Scalar.Call(right, left);

        public static Tensor operator +(Tensor left, int right) => Ops.add_Scalar.Call(left, right);

        public static Tensor operator +(Tensor left, long right) => Ops.add_Scalar.Call(left, right);

        public static Tensor operator +(Tensor left, float right) => Ops.add_Scalar.Call(left, right);

        public static Tensor operator +(Tensor left, double right) => Ops.add_Scalar.Call(left, right);

        public static Tensor operator +(int left, Tensor right) => Ops.add_Scalar.Call(right, left);

        public static Tensor operator +(long left, Tensor right) => Ops.add_Scalar.Call(right, left);

        public static Tensor operator +(float left, Tensor right) => Ops.add_Scalar.Call(right, left);

        public static Tensor operator +(double left, Tensor right) => Ops.add_Scalar.Call(right, left);

        public static Tensor operator -(Tensor tensor) => Ops.neg.Call(tensor);

        public static Tensor operator -(Tensor left, Tensor right) => Ops.sub.Call(left, right);

        public static Tensor operator -(Tensor left, Scalar right) => Ops.sub_Scalar.Call(left, right);

        public static Tensor operator -(Scalar left, Tensor right) => Ops.rsub_Scalar.Call(right, left);

        public static Tensor operator -(Tensor left, int right) => Ops.sub_Scalar.Call(left, right);

        public static Tensor operator -(Tensor left, long right) => Ops.sub_Scalar.Call(left, right);

        public static Tensor operator -(Tensor left, float right) => Ops.sub_Scalar.Call(left, right);

        public static Tensor operator -(Tensor left, double right) => Ops.sub_Scalar.Call(left, right);

        public static Tensor operator -(int left, Tensor right) => Ops.rsub_Scalar.Call(right, left);

        public static Tensor operator -(long left, Tensor right) => Ops.rsub_Scalar.Call(right, left);

        public static Tensor operator -(float left, Tensor right) => Ops.rsub_Scalar.Call(right, left);

        public static Tensor operator -(double left, Tensor right) => Ops.rsub_Scalar.Call(right, left);

        public static Tensor operator *(Tensor left, Tensor right) => Ops.mul.Call(left, right);

        public static Tensor operator *(Tensor left, Scalar right) => Ops.mul_Scalar.Call(left, right);

        public static Tensor operator *(Scalar left, Tensor right) => Ops.mul_Scalar.Call(right, left);

        public static Tensor operator *(Tensor left, int right) => Ops.mul_Scalar.Call(left, right);

        public static Tensor operator *(Tensor left, long right) => Ops.mul_Scalar.Call(left, right);

        public static Tensor operator *(Tensor left, float right) => Ops.mul_Scalar.Call(left, right);

        public static Tensor operator *(Tensor left, double right) => Ops.mul_Scalar.Call(left, right);

        public static Tensor operator *(int left, Tensor right) => Ops.mul_Scalar.Call(right, left);

        public static Tensor operator *(long left, Tensor right) => Ops.mul_Scalar.Call(right, left);

        public static Tensor operator *(float left, Tensor right) => Ops.mul_Scalar.Call(right, left);

        public static Tensor operator *(double left, Tensor right) => Ops.mul_Scalar.Call(right, left);

        public static Tensor operator /(Tensor left, Tensor right) => Ops.div.Call(left, right);

        public static Tensor operator /(Tensor left, Scalar right) => Ops.div_Scalar.Call(left, right);

        public static Tensor operator /(Scalar left, Tensor right) => Over(left, right);

        public static Tensor operator /(Tensor left, int right) => Ops.div_Scalar.Call(left, right);

        public static Tensor operator /(Tensor left, long right) => Ops.div_Scalar.Call(left, right);

        public static Tensor operator /(Tensor left, float right) => Ops.div_Scalar.Call(left, right);

        public static Tensor operator /(Tensor left, double right) => Ops.div_Scalar.Call(left, right);

        public static Tensor operator /(int left, Tensor right) => Over(left, right);

        public static Tensor operator /(long left, Tensor right) => Over(left, right);

        public static Tensor operator /(float left, Tensor right) => Over(left, right);

        public static Tensor operator /(double left, Tensor right) => Over(left, right);

        public static Tensor operator %(Tensor left, Tensor right) => Ops.remainder.Call(left, right);

        public static Tensor operator %(Tensor left, Scalar right) => Ops.remainder_Scalar.Call(left, right);

        public static Tensor operator &(Tensor left, Tensor right) => Ops.bitwise_and.Call(left, right);

        public static Tensor operator |(Tensor left, Tensor right) => Ops.bitwise_or.Call(left, right);

        public static Tensor operator ^(Tensor left, Tensor right) => Ops.bitwise_xor.Call(left, right);

        public static Tensor operator ~(Tensor left) => Ops.bitwise_not.Call(left);

        private static Tensor Over(Arg numerator, Tensor denominator)
        {
            using var inverse = Ops.reciprocal.Call(denominator);
            return Ops.mul_Scalar.Call(inverse, numerator);
        }
    }
}
