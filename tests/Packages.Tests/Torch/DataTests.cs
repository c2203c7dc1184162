using TorchSharp;
using static KdCluster.Tests.Torch.ArithmeticTests;
using static TorchSharp.torch;

namespace KdCluster.Tests.Torch;

/// <summary>Numbers on their way in and out.</summary>
public sealed class DataTests : TorchTest
{
    [Fact]
    public void Arrays_become_tensors_of_their_type()
    {
        Assert.Equal(float32, tensor(new float[] { 1 }).dtype);
        Assert.Equal(float64, tensor(new double[] { 1 }).dtype);
        Assert.Equal(int64, tensor(new long[] { 1 }).dtype);
        Assert.Equal(int32, tensor(new[] { 1 }).dtype);
        Assert.Equal(@bool, tensor(new[] { true }).dtype);
        Assert.Equal(float32, tensor(1f).dtype);
        Assert.Equal(float64, tensor(1.0).dtype);
        Assert.Equal(int64, tensor(1L).dtype);
        Assert.Equal(int32, tensor(1).dtype);
        Assert.Equal([2, 2], tensor(new float[] { 1, 2, 3, 4 }, [2, 2]).shape);
        Assert.Equal([2, 2], tensor(new long[,] { { 1, 2 }, { 3, 4 } }).shape);
        Assert.Equal(float64, tensor(new float[] { 1 }, dtype: float64).dtype);
        Assert.Empty(tensor(1f).shape);
        Assert.Equal([0, 3], zeros(0, 3).shape);
    }

    [Fact]
    public void A_tensor_keeps_its_own_copy()
    {
        float[] numbers = [1, 2, 3];
        var x = tensor(numbers);
        numbers[0] = 9;
        Equal([1, 2, 3], x);
    }

    [Fact]
    public void Elements_come_out_row_major_whatever_the_layout()
    {
        var x = arange(6).reshape(2, 3);
        Assert.Equal([0L, 1, 2, 3, 4, 5], x.data<long>().ToArray());
        Assert.Equal([0L, 3, 1, 4, 2, 5], x.t().data<long>().ToArray());
        Assert.Equal(4L, x.data<long>()[1, 1]);
        Assert.Equal([1L, 4], x[TensorIndex.Colon, 1].data<long>().ToArray());
        var buffer = new long[6];
        x.data<long>().CopyTo(buffer);
        Assert.Equal([0L, 1, 2, 3, 4, 5], buffer);
        x.data<long>().CopyTo(buffer.AsSpan(2));
        Assert.Equal([0L, 1, 0, 1, 2, 3], buffer);
        Assert.Equal(6, x.data<long>().Count);
        x.data<long>()[0, 0] = 7;
        Assert.Equal(7, x[0, 0].item<long>());
    }

    [Fact]
    public void Bytes_are_the_memory()
    {
        var x = tensor(new float[] { 1, 2 });
        Assert.Equal(BitConverter.GetBytes(2f), x.bytes[4..].ToArray());
        BitConverter.GetBytes(5f).CopyTo(x.bytes);
        Assert.Equal(5, x[0].ToSingle());
        x.bytes = new byte[8];
        Equal([0, 0], x);
    }

    [Fact]
    public void One_element_reads_as_a_number()
    {
        var x = tensor(2.5f);
        Assert.Equal(2.5f, x.item<float>());
        Assert.Equal(2.5, x.ToDouble());
        Assert.Equal(7, tensor(7L).ToInt32());
        Assert.True(tensor(true).ToBoolean());
        Assert.Equal(2.5f, (float)x);
        Assert.Throws<ArgumentException>(() => x.item<long>());
        Assert.Throws<ArgumentException>(() => ones(2).item<float>());
        Assert.Throws<ArgumentException>(() => ones(2).data<int>());
    }

    [Fact]
    public void Halves_and_bfloat16_round_as_they_should()
    {
        var x = tensor(new float[] { 1.0009765625f, 65504f, 3.14159274f });
        Equal([1.0009765625f, 65504f, 3.140625f], x.half());
        Equal([1f, 65536f, 3.140625f], x.bfloat16());
        Assert.Equal((Half)1.0009765625f, x.half().data<Half>()[0]);
        Assert.Equal([0x80, 0x3f], x.bfloat16().bytes[..2].ToArray());
        Assert.Equal(2, x.half().element_size());
        Assert.Equal(float32, x.half().@float().dtype);
    }

    [Fact]
    public void Types_and_devices()
    {
        var x = ones(2);
        Assert.Equal(int64, x.to(int64).dtype);
        Assert.Equal(float64, x.to_type(float64).dtype);
        Assert.Equal(int64, x.@long().dtype);
        Assert.Equal(DeviceType.CPU, x.device.type);
        Assert.Equal("cpu", x.device.ToString());
        Assert.Equal("cpu", torch.device("cpu").ToString());
        Assert.Equal("cuda:1", new Device("cuda:1").ToString());
        Assert.Equal(-1, new Device("cuda").index);
        Assert.Equal(1, new Device("cuda", 1).index);
        Assert.Equal(x.dtype, x.to("cpu").dtype);
        var y = x.to(int32, copy: true);
        Assert.Equal(2, y.sum().ToInt64());
        if (!cuda.is_available())
        {
            Assert.ThrowsAny<Exception>(() => x.cuda());
            Assert.Throws<InvalidOperationException>(() => torch.device("cuda:0"));
        }

        Assert.Contains("Float32", x.ToString());
    }

    [Fact]
    public void Like_another()
    {
        var x = ones([2, 3], float64);
        Assert.Equal(float64, zeros_like(x).dtype);
        Assert.Equal([2, 3], rand_like(x).shape);
        Assert.Equal(6, ones_like(x, int64).sum().ToInt64());
        Assert.Equal(12, full_like(x, 2).sum().ToInt64());
    }

    [Fact]
    public void Threads_can_be_set()
    {
        int before = get_num_threads();
        set_num_threads(1);
        Assert.Equal(1, get_num_threads());
        set_num_threads(before);
    }
}
