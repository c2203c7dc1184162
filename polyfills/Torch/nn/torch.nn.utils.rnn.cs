using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            public static partial class rnn
            {
                /// <summary>Packs [length, batch, ...] (batch first if asked); without enforce_sorted the sequences may come in any order.</summary>
                public static PackedSequence pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first = false, bool enforce_sorted = true)
                {
                    if (enforce_sorted)
                    {
                        var (d, b) = Ops.pack_padded_sequence.CallTwo(input, lengths, batch_first);
                        return new(d, b, null, null);
                    }

                    var (sortedLengths, sorted) = lengths.sort(-1, descending: true);
                    using var on = sorted.to(input.device);
                    using var ordered = input.index_select(batch_first ? 0 : 1, on);
                    var (data, batches) = Ops.pack_padded_sequence.CallTwo(ordered, sortedLengths, batch_first);
                    sortedLengths.Dispose();
                    return new(data, batches, sorted, sorted.argsort());
                }

                /// <summary>The padded tensor, in the order of the input, and the lengths.</summary>
                public static (Tensor, Tensor) pad_packed_sequence(PackedSequence sequence, bool batch_first = false, double padding_value = 0, long? total_length = null)
                {
                    var (padded, lengths) = Ops.pad_packed_sequence.CallTwo(sequence.data, sequence.batch_sizes, batch_first, (Scalar)padding_value, total_length ?? -1);
                    if (sequence.unsorted_indices is not { } back)
                        return (padded, lengths);
                    using (padded)
                    using (lengths)
                        return (padded.index_select(batch_first ? 0 : 1, back), lengths.index_select(0, back));
                }
            }
        }
    }
}
