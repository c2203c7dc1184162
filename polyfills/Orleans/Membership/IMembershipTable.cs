using Orleans.Runtime;

namespace Orleans
{
    /// <summary>Where silos write that they live. One silo needs none: the interface is there for programs that repair one, and nothing implements it.</summary>
    public interface IMembershipTable
    {
        Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken);

        Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken);

        Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken);

        Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken);

        Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken);
    }

    public sealed class MembershipTableData(TableVersion version)
    {
        public IReadOnlyList<Tuple<MembershipEntry, string>> Members { get; } = [];

        public TableVersion Version { get; } = version;
    }

    public sealed class MembershipEntry
    {
        public SiloAddress? SiloAddress { get; set; }

        public SiloStatus Status { get; set; }

        public string? HostName { get; set; }

        public string? SiloName { get; set; }

        public DateTime StartTime { get; set; }

        public DateTime IAmAliveTime { get; set; }
    }

    public sealed class TableVersion(int version, string eTag)
    {
        public int Version { get; } = version;

        public string VersionEtag { get; } = eTag;
    }
}

namespace Orleans.Runtime
{
    public interface IClusterMembershipService
    {
        ClusterMembershipSnapshot CurrentSnapshot { get; }
    }

    public sealed class ClusterMembershipSnapshot
    {
        internal ClusterMembershipSnapshot()
        {
        }

        public MembershipVersion Version { get; internal init; }
    }

    public readonly struct MembershipVersion(long version)
    {
        public long Value { get; } = version;
    }
}
