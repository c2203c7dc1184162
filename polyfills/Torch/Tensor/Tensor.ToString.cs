namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Shape, element type and device.</summary>
        public override string ToString()
        {
            if (IsInvalid)
                return "Tensor invalid -- empty handle.";
            string size = ndim == 0 ? "" : $"[{string.Join("x", shape)}], ";
            return $"{size}type = {dtype}, device = {device}" + (ndim == 0 && is_cpu() && dtype != ScalarType.BFloat16 ? $", value = {Value()}" : "");
        }

        private string Value()
        {
            var v = ToScalar();
            return v.Type switch
            {
                ScalarType.Float64 => v.AsDouble.ToString("g6", System.Globalization.CultureInfo.InvariantCulture),
                ScalarType.Bool => (v.AsLong != 0).ToString(),
                _ => v.AsLong.ToString(System.Globalization.CultureInfo.InvariantCulture),
            };
        }
    }
}
