namespace KdCluster.SoftTargets.Local;

/// <summary>
/// Where rows may be: an open-addressed table of 64-bit slots, tag (32 bits of the fingerprint's hash) and place (12 bits segment,
/// 20 bits record). Different keys may share a tag, so a place is a candidate: the record there names its key. Slots are
/// only ever added, one 64-bit write each: any number of threads may look up while one adds.
/// </summary>
internal sealed class IndexTable
{
    public const int MaxSegments = 1 << 12;
    public const int MaxRecords = 1 << 20;

    private ulong[] _slots = new ulong[256];
    private int _used;

    public static uint Tag(InstanceFingerprint key)
    {
        ulong mixed = ((ulong)key.Value ^ (ulong)(key.Value >> 64)) * 0x9E3779B97F4A7C15ul;
        uint tag = (uint)(mixed >> 32);
        return tag == 0 ? 1 : tag;
    }

    /// <summary>Adds a place; one thread at a time.</summary>
    public void Add(uint tag, int segment, int record)
    {
        if (_used >= _slots.Length / 2)
            Grow();
        Place(_slots, ((ulong)tag << 32) | ((ulong)segment << 20) | (uint)record);
        _used++;
    }

    public Candidates Find(uint tag) => new(Volatile.Read(ref _slots), tag);

    private void Grow()
    {
        var larger = new ulong[_slots.Length * 2];
        foreach (ulong slot in _slots)
        {
            if (slot != 0)
                Place(larger, slot);
        }

        Volatile.Write(ref _slots, larger);
    }

    private static void Place(ulong[] slots, ulong slot)
    {
        int i = Start(slots, (uint)(slot >> 32));
        while (slots[i] != 0)
            i = (i + 1) & (slots.Length - 1);
        Volatile.Write(ref slots[i], slot);
    }

    private static int Start(ulong[] slots, uint tag) => (int)(((ulong)tag * (ulong)slots.Length) >> 32);

    /// <summary>The places of one tag, in the order in which they were added.</summary>
    public ref struct Candidates(ulong[] slots, uint tag)
    {
        private int _next = Start(slots, tag);

        public int Segment { get; private set; }

        public int Record { get; private set; }

        public bool MoveNext()
        {
            while (true)
            {
                ulong slot = Volatile.Read(ref slots[_next]);
                if (slot == 0)
                    return false;
                _next = (_next + 1) & (slots.Length - 1);
                if ((uint)(slot >> 32) != tag)
                    continue;
                Segment = (int)((slot >> 20) & (MaxSegments - 1));
                Record = (int)(slot & (MaxRecords - 1));
                return true;
            }
        }
    }
}
