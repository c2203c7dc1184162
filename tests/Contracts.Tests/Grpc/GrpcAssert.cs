using Grpc.Core;

namespace KdCluster.Tests.GrpcWire;

/// <summary>Calls that must fail.</summary>
internal static class GrpcAssert
{
    public static async Task<RpcException> FailsAsync(StatusCode code, Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => call().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.True(code == exception.StatusCode, $"Expected {code}, got {exception.Status}");
        return exception;
    }
}
