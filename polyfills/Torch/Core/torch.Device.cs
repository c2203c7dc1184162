namespace TorchSharp;

public static partial class torch
{
    public static readonly Device CPU = new(DeviceType.CPU);

    public static Device CUDA { get; } = new(DeviceType.CUDA);

    public static Device device(string description) => InitializeDevice(new(description));

    public static Device device(string deviceType, int index = -1) => InitializeDevice(new(deviceType, index));

    public static Device device(DeviceType deviceType, int index = -1) => InitializeDevice(new(deviceType, index));

    public static Device device(int index) => InitializeDevice(new(index));

    /// <summary>Gives the device back, or the CPU for null; refuses CUDA where there is none.</summary>
    public static Device InitializeDevice(Device? device)
    {
        device ??= CPU;
        InitializeDeviceType(device.type);
        return device;
    }

    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (deviceType == DeviceType.CUDA && !cuda.is_available())
            throw new InvalidOperationException("Torch device type CUDA did not initialise on the current machine: this libtorch has no CUDA, or no device is visible.");
    }

    /// <summary>Where a tensor lives.</summary>
    public class Device
    {
        public Device(string description)
        {
            string[] parts = description.Split(':');
            type = Parse(parts[0]);
            index = parts.Length switch
            {
                1 => -1,
                2 => int.Parse(parts[1]),
                _ => throw new FormatException($"'{description}' is not a device; write 'cpu', 'cuda' or 'cuda:0'."),
            };
        }

        public Device(string deviceType, int index = -1)
        {
            type = Parse(deviceType);
            this.index = index;
        }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        public Device(int index)
        {
            type = DeviceType.CUDA;
            this.index = index;
        }

        public DeviceType type { get; }

        public int index { get; }

        internal long Code => ((long)type << 16) | (ushort)(short)index;

        public static implicit operator Device(string description) => new(description);

        public override string ToString()
        {
            string name = type.ToString().ToLowerInvariant();
            return index == -1 ? name : $"{name}:{index}";
        }

        internal static Device Of(long code) => (DeviceType)(code >> 16) == DeviceType.CPU ? CPU : new((DeviceType)(code >> 16), (short)(code & 0xffff));

        private static DeviceType Parse(string name) => name.ToLowerInvariant() switch
        {
            "cpu" => DeviceType.CPU,
            "cuda" => DeviceType.CUDA,
            _ => throw new ArgumentException($"'{name}' is not a device type; write 'cpu' or 'cuda'."),
        };
    }
}
