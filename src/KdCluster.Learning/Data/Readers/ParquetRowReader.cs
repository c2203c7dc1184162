using System.Globalization;
using KdCluster.Recipes;
using Parquet;
using Parquet.Schema;

namespace KdCluster.Learning.Data.Readers;

/// <summary>Apache Parquet, one group of rows in memory at a time. Texts are strings; labels may be strings, whole numbers or booleans, and scores any numbers. Rows are counted from 1, as there are no lines.</summary>
internal sealed class ParquetRowReader : IRowReader
{
    private const int MostRowsPerByte = 1024;

    public string Format => "parquet";

    public IReadOnlyList<string> Endings => [".parquet"];

    public IEnumerable<RawRow> Read(Stream stream, string file, DataSpec spec, ReaderNotes notes, LabelKind labels = LabelKind.Class)
    {
        // It holds the stream and nothing else, and the stream is the caller's.
        ParquetReader reader = Guarded(file, () => ParquetReader.CreateAsync(stream, leaveStreamOpen: true));
        DataField[] fields = Guarded(file, () => Task.FromResult(reader.Schema.GetDataFields()));
        (DataField text, DataField? pair, DataField? label) = Find(fields, spec.Columns, file, labels);
        int row = 0;
        for (int group = 0; group < reader.RowGroupCount; group++)
        {
            using ParquetRowGroupReader rows = Guarded(file, () => Task.FromResult(Sized(reader.OpenRowGroupReader(group), stream.Length)));
            string?[] texts = Column(rows, text, file);
            string?[]? pairs = pair is null ? null : Column(rows, pair, file), written = label is null ? null : Column(rows, label, file);
            for (int i = 0; i < texts.Length; i++)
            {
                row++;
                string? missing = texts[i] is null ? text.Name : pairs is not null && pairs[i] is null ? pair!.Name : written is not null && written[i] is null ? label!.Name : null;
                yield return missing is null ? new RawRow(row, texts[i]!, pairs?[i], written?[i] ?? "", null) : RawRow.Bad(row, $"'{missing}' is empty");
            }
        }
    }

    // All that is wrong with the columns at once.
    private static (DataField Text, DataField? Pair, DataField? Label) Find(DataField[] fields, ColumnSpec columns, string file, LabelKind labels)
    {
        List<KdError> errors = [];
        bool scores = labels == LabelKind.Score;
        DataField? text = One("text", columns.Text), pair = columns.Pair is null ? null : One("pair", columns.Pair), label = labels == LabelKind.None ? null : One("label", columns.Label);
        return errors.Count == 0 ? (text!, pair, label) : throw new KdException(errors);

        DataField? One(string key, string name)
        {
            DataField? field = Array.Find(fields, f => NameOf(f) == name);
            if (field is null)
                errors.Add(new KdError("KD1103", $"there is no column '{name}': its columns are {string.Join(", ", fields.Select(NameOf))}.", file, $"Set data.columns.{key}."));
            else if (field.MaxRepetitionLevel > 0 || !(IsText(field) || (key == "label" && (IsWhole(field.ClrType) || (scores && IsReal(field.ClrType))))))
                errors.Add(new KdError("KD1103", $"the column '{name}' holds {(field.MaxRepetitionLevel > 0 ? "lists" : field.ClrType.Name)}, not {(key != "label" ? "strings" : scores ? "numbers or strings" : "strings, whole numbers or booleans")}.", file, $"Name another column in data.columns.{key}."));
            return field;
        }
    }

    // What a file says of its rows is what memory is taken by: no text is kept in so few bytes.
    private static ParquetRowGroupReader Sized(ParquetRowGroupReader rows, long bytes) => rows.RowCount >= 0 && rows.RowCount <= Math.Min(bytes * MostRowsPerByte, Array.MaxLength)
        ? rows
        : throw new InvalidDataException($"a group of {rows.RowCount} rows in a file of {bytes} bytes");

    // Of a field in a group with the group's.
    private static string NameOf(DataField field) => $"{field.Path}";

    private static bool IsText(DataField field) => field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>);

    private static bool IsWhole(Type type) => type == typeof(bool) || type == typeof(sbyte) || type == typeof(byte) || type == typeof(short) || type == typeof(ushort)
        || type == typeof(int) || type == typeof(uint) || type == typeof(long) || type == typeof(ulong);

    private static bool IsReal(Type type) => type == typeof(float) || type == typeof(double) || type == typeof(decimal);

    private static string?[] Column(ParquetRowGroupReader rows, DataField field, string file) => Type.GetTypeCode(field.ClrType) switch
    {
        TypeCode.Boolean => Numbers<bool>(rows, field, file, x => x ? "true" : "false"),
        TypeCode.SByte => Numbers<sbyte>(rows, field, file, Plain),
        TypeCode.Byte => Numbers<byte>(rows, field, file, Plain),
        TypeCode.Int16 => Numbers<short>(rows, field, file, Plain),
        TypeCode.UInt16 => Numbers<ushort>(rows, field, file, Plain),
        TypeCode.Int32 => Numbers<int>(rows, field, file, Plain),
        TypeCode.UInt32 => Numbers<uint>(rows, field, file, Plain),
        TypeCode.Int64 => Numbers<long>(rows, field, file, Plain),
        TypeCode.UInt64 => Numbers<ulong>(rows, field, file, Plain),
        TypeCode.Single => Numbers<float>(rows, field, file, Plain),
        TypeCode.Double => Numbers<double>(rows, field, file, Plain),
        TypeCode.Decimal => Numbers<decimal>(rows, field, file, Plain),
        _ => Strings(rows, field, file),
    };

    private static string?[] Strings(ParquetRowGroupReader rows, DataField field, string file)
    {
        string?[] values = new string?[rows.RowCount];
        Guarded(file, async () =>
        {
            await rows.ReadAsync(field, values.AsMemory()).ConfigureAwait(false);
            return true;
        });
        return values;
    }

    private static string?[] Numbers<T>(ParquetRowGroupReader rows, DataField field, string file, Func<T, string> written)
        where T : struct
    {
        T?[] values = new T?[rows.RowCount];
        Guarded(file, async () =>
        {
            await rows.ReadAsync<T>(field, values.AsMemory()).ConfigureAwait(false);
            return true;
        });
        return Array.ConvertAll(values, v => v is { } value ? written(value) : null);
    }

    private static string Plain<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    // Whatever the library throws at bytes that are no Parquet: the file is at fault. The rows are read where there is time to wait.
    private static T Guarded<T>(string file, Func<Task<T>> read)
    {
        try
        {
            return read().GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is not (KdException or OutOfMemoryException or OperationCanceledException))
        {
            throw new KdException("KD1102", $"the file is not Parquet, or it is damaged: {e.Message}", file, "Write it again, or set data.format.", e);
        }
    }
}
