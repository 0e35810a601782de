using System.Buffers.Binary;
using System.Collections.Frozen;

namespace MergeOps.Evaluation.Data;

/// <summary>
/// Whether the footer of a Parquet file is whole: a Thrift struct in the compact protocol whose known fields have the types that
/// the format gives them. The library reads fields without looking at their types and never finds the end of one that is cut.
/// Source: parquet.thrift of Apache Parquet 2.12, and Thrift's compact protocol.
/// </summary>
internal ref struct ParquetFooter
{
    private const int DeepestStruct = 32;

    // type of each field by struct: i a number of variable length, b a byte, t a truth value, d a double, s bytes; [x] a list; a name is a struct
    private static readonly FrozenDictionary<string, FrozenDictionary<int, string>> Structs = Parse("""
        FileMetaData 1:i 2:[SchemaElement] 3:i 4:[RowGroup] 5:[KeyValue] 6:s 7:[ColumnOrder] 8:EncryptionAlgorithm 9:s
        SchemaElement 1:i 2:i 3:i 4:s 5:i 6:i 7:i 8:i 9:i 10:LogicalType
        LogicalType 1:Empty 2:Empty 3:Empty 4:Empty 5:Decimal 6:Empty 7:Time 8:Time 10:Integer 11:Empty 12:Empty 13:Empty 14:Empty 15:Empty 16:Variant 17:Geometry 18:Geography
        Decimal 1:i 2:i
        Time 1:t 2:TimeUnit
        TimeUnit 1:Empty 2:Empty 3:Empty
        Integer 1:b 2:t
        Variant 1:b
        Geometry 1:s
        Geography 1:s 2:i
        RowGroup 1:[ColumnChunk] 2:i 3:i 4:[SortingColumn] 5:i 6:i 7:i
        SortingColumn 1:i 2:t 3:t
        KeyValue 1:s 2:s
        ColumnChunk 1:s 2:i 3:ColumnMetaData 4:i 5:i 6:i 7:i 8:ColumnCrypto 9:s
        ColumnCrypto 1:Empty 2:ColumnKey
        ColumnKey 1:[s] 2:s
        ColumnMetaData 1:i 2:[i] 3:[s] 4:i 5:i 6:i 7:i 8:[KeyValue] 9:i 10:i 11:i 12:Statistics 13:[PageEncodingStats] 14:i 15:i 16:SizeStatistics 17:GeospatialStatistics
        Statistics 1:s 2:s 3:i 4:i 5:s 6:s 7:t 8:t
        PageEncodingStats 1:i 2:i 3:i
        SizeStatistics 1:i 2:[i] 3:[i]
        GeospatialStatistics 1:BoundingBox 2:[i]
        BoundingBox 1:d 2:d 3:d 4:d 5:d 6:d 7:d 8:d
        ColumnOrder 1:Empty
        EncryptionAlgorithm 1:Cipher 2:Cipher
        Cipher 1:s 2:s 3:t
        Empty
        """);

    private ReadOnlySpan<byte> rest;

    /// <summary>Nothing happens when the footer is whole.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <exception cref="InvalidDataException">It is not, or this is no Parquet file.</exception>
    public static void Check(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12 || !file.StartsWith("PAR1"u8) || !file.EndsWith("PAR1"u8))
        {
            throw new InvalidDataException("it does not begin and end with the letters PAR1");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(file[^8..]);
        if (length > file.Length - 12)
        {
            throw new InvalidDataException("its footer is longer than the file");
        }

        var footer = new ParquetFooter { rest = file[^(int)(length + 8)..^8] };
        footer.Struct("FileMetaData", 0);
    }

    private void Struct(string? name, int depth)
    {
        if (depth > DeepestStruct)
        {
            throw Broken();
        }

        var fields = name is null ? null : Structs[name];
        var id = 0L;
        for (var header = Byte(); header != 0; header = Byte())
        {
            var (step, type) = (header >> 4, (Wire)(header & 15));
            // a number of variable length that is folded to be small for small negative ones
            id = step > 0 ? id + step : Varint() is var folded ? (long)(folded >> 1) ^ -(long)(folded & 1) : 0;
            var declared = id is >= 0 and <= short.MaxValue ? fields?.GetValueOrDefault((int)id) : throw Broken();
            if (type is not (Wire.True or Wire.False))
            {
                Value(type, declared, depth);
            }
            else if (declared is not (null or "t"))
            {
                throw Broken();
            }
        }
    }

    private void Value(Wire type, string? declared, int depth)
    {
        if (declared is not null && !Fits(type, declared))
        {
            throw Broken();
        }

        switch (type)
        {
            case Wire.True or Wire.False or Wire.Byte:
                Skip(1);
                break;
            case Wire.Short or Wire.Int or Wire.Long:
                Varint();
                break;
            case Wire.Double:
                Skip(sizeof(double));
                break;
            case Wire.Binary:
                Skip(Varint());
                break;
            case Wire.List or Wire.Set:
                List(declared?[1..^1], depth);
                break;
            case Wire.Map:
                Map(depth);
                break;
            case Wire.Struct:
                Struct(declared, depth + 1);
                break;
            default:
                throw Broken();
        }
    }

    private void List(string? declared, int depth)
    {
        var header = Byte();
        var count = header >> 4 is 15 ? Varint() : (ulong)(header >> 4);
        Elements(count);
        for (var index = 0UL; index < count; index++)
        {
            Value((Wire)(header & 15), declared, depth + 1);
        }
    }

    private void Map(int depth)
    {
        var count = Varint();
        Elements(count);
        var kinds = count > 0 ? Byte() : 0;
        for (var index = 0UL; index < count; index++)
        {
            Value((Wire)(kinds >> 4), null, depth + 1);
            Value((Wire)(kinds & 15), null, depth + 1);
        }
    }

    private static bool Fits(Wire type, string declared) => declared[0] switch
    {
        '[' => type is Wire.List,
        'i' => type is Wire.Short or Wire.Int or Wire.Long,
        'b' => type is Wire.Byte,
        't' => type is Wire.True or Wire.False,
        'd' => type is Wire.Double,
        's' => type is Wire.Binary,
        _ => type is Wire.Struct,
    };

    // each takes a byte at least
    private readonly void Elements(ulong count)
    {
        if (count > (ulong)rest.Length)
        {
            throw Broken();
        }
    }

    private byte Byte()
    {
        var value = rest.Length > 0 ? rest[0] : throw Broken();
        rest = rest[1..];
        return value;
    }

    private void Skip(ulong count) => rest = count <= (ulong)rest.Length ? rest[(int)count..] : throw Broken();

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
            {
                return value;
            }
        }

        throw Broken();
    }

    private static InvalidDataException Broken() => new("its footer is damaged");

    private static FrozenDictionary<string, FrozenDictionary<int, string>> Parse(string text) => text.Split('\n', StringSplitOptions.TrimEntries)
        .Select(line => line.Split(' '))
        .ToFrozenDictionary(words => words[0], words => words[1..].Select(word => word.Split(':')).ToFrozenDictionary(pair => int.Parse(pair[0], null), pair => pair[1]));

    private enum Wire
    {
        True = 1,
        False,
        Byte,
        Short,
        Int,
        Long,
        Double,
        Binary,
        List,
        Set,
        Map,
        Struct,
    }
}
