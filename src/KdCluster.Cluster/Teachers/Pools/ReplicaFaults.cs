using Grpc.Core;
using KdCluster.Client;

namespace KdCluster.Cluster.Teachers.Pools;

/// <summary>What a failed attempt says: of the request, or of the replica.</summary>
internal static class ReplicaFaults
{
    /// <summary>What to do about a failure.</summary>
    internal enum Verdict
    {
        /// <summary>The request is wrong, wherever it is asked.</summary>
        Fatal,

        /// <summary>The replica could not be reached, or broke off: ask elsewhere.</summary>
        Broken,

        /// <summary>The replica has not this model: ask elsewhere.</summary>
        Absent,

        /// <summary>Its queue is full: ask elsewhere, or later.</summary>
        Full,

        /// <summary>It failed to compute: ask elsewhere, but not for ever.</summary>
        Faulty,
    }

    public static Verdict Judge(Exception fault) => fault switch
    {
        KdException { Code: "KD1320" } => Verdict.Full,
        KdException { Code: "KD1306" or "KD1313" or "KD1601" } => Verdict.Broken,
        KdException { Code: "KD1308" or "KD1312" } => Verdict.Absent,
        KdException { Code: "KD1311" or "KD1599" } => Verdict.Faulty,
        KdException => Verdict.Fatal,
        RpcException { StatusCode: StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.Unimplemented } => Verdict.Fatal,
        _ => Verdict.Broken,
    };

    /// <summary>As a coded error.</summary>
    public static KdException Coded(Exception fault, string teacher, string address) => fault switch
    {
        KdException coded => coded,
        RpcException { StatusCode: not (StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled) } rpc => rpc.ToKd(address),
        _ => Unreachable(teacher, address, fault),
    };

    public static KdException Unreachable(string teacher, string addresses, Exception? inner) => new(
        "KD1306", $"the teacher could not be reached: {(inner is RpcException rpc ? rpc.Reason() : inner?.Message ?? "no replica answered.")}", $"teacher {teacher} at {addresses}",
        "Is its silo running, and is this its address? Try again when it is.", inner);
}
