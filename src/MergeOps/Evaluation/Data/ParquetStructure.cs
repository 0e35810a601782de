using System.Buffers.Binary;
using System.Collections.Frozen;
using MergeOps.Diagnostics;
using Parquet.Meta;

namespace MergeOps.Evaluation.Data;

/// <summary>
/// Whether the structure of a Parquet file is whole, before the library sees it: that one reads fields without looking at their
/// types, never finds the end of a footer that is cut, and takes lengths of differences from the file as it takes them from its
/// own memory. Source: parquet.thrift of Apache Parquet 2.12.
/// </summary>
internal static class ParquetStructure
{
    /// <summary>The most bytes of a column of one group of rows, decoded.</summary>
    public const long MostBytes = 512L * 1024 * 1024;

    /// <summary>The most values of a column of one group of rows.</summary>
    public const long MostValues = 10_000_000;

    private static readonly FrozenDictionary<string, FrozenDictionary<int, string>> Structs = ThriftWalk.Structs("""
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
        PageHeader 1:i 2:i 3:i 4:i 5:DataPageHeader 6:Empty 7:DictionaryPageHeader 8:DataPageHeaderV2
        DataPageHeader 1:i 2:i 3:i 4:i 5:Statistics
        DictionaryPageHeader 1:i 2:i 3:t
        DataPageHeaderV2 1:i 2:i 3:i 4:i 5:i 6:i 7:t 8:Statistics
        Empty
        """);

    /// <summary>Nothing happens when the footer is whole.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <exception cref="ParquetObjection">It is not, or this is no Parquet file.</exception>
    public static void CheckFooter(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12 || !file.StartsWith("PAR1"u8) || !file.EndsWith("PAR1"u8))
        {
            throw new ParquetObjection("it does not begin and end with the letters PAR1");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(file[^8..]);
        if (length > file.Length - 12)
        {
            throw new ParquetObjection("its footer is longer than the file");
        }

        new ThriftWalk(file[^(int)(length + 8)..^8], Structs).Length("FileMetaData");
    }

    /// <summary>Where the pages of a column end, which lie one behind the other, hold its values and are encoded in ways that are read.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="column">What the footer says of the column.</param>
    /// <exception cref="ParquetObjection">They do not.</exception>
    public static long EndOfPages(ReadOnlySpan<byte> file, ColumnMetaData column)
    {
        if (column.NumValues is < 0 or > MostValues || column.TotalUncompressedSize is < 0 or > MostBytes)
        {
            throw new ParquetObjection($"a column has {column.NumValues:N0} values in {ByteText.Of(column.TotalUncompressedSize)}; at most {MostValues:N0} in {ByteText.Of(MostBytes)} are read");
        }

        // the library begins at the first of them
        var at = new[] { column.DataPageOffset, column.DictionaryPageOffset ?? 0, column.IndexPageOffset ?? 0 }.Where(offset => offset != 0).DefaultIfEmpty().Min();
        var (values, decoded) = (0L, 0L);
        while (values < column.NumValues)
        {
            var rest = at >= 0 && at < file.Length ? file[(int)at..] : throw new ParquetObjection("a page lies outside the file");
            var stored = 0L;
            var header = new ThriftWalk(rest, Structs, (name, field, value) =>
            {
                switch (name, field)
                {
                    case ("PageHeader", 2):
                        decoded += Size(value);
                        break;
                    case ("PageHeader", 3):
                        stored = Size(value);
                        break;
                    case ("DataPageHeader" or "DataPageHeaderV2", 1):
                        values += Size(value);
                        break;
                    case ("DictionaryPageHeader", 1) when value is < 0 or > MostValues:
                        throw new ParquetObjection("a size in it is impossible");
                    case ("DataPageHeader" or "DictionaryPageHeader", 2) or ("DataPageHeaderV2", 4) when (Encoding)value is not (Encoding.PLAIN or Encoding.PLAIN_DICTIONARY or Encoding.RLE or Encoding.RLE_DICTIONARY):
                        throw Encoded(column, (Encoding)value);
                }
            }).Length("PageHeader");
            at += header + stored;
            if (at > file.Length || decoded > MostBytes || values > column.NumValues)
            {
                throw new ParquetObjection("a page is longer than it may be");
            }
        }

        return at;
    }

    // what is written as differences says itself how much memory they take
    private static ParquetObjection Encoded(ColumnMetaData column, Encoding encoding) => new(
        $"its column {TerminalText.Quoted(string.Join('.', column.PathInSchema))} is encoded as {encoding}, which is not read; write it again with plain or dictionary encoding (pyarrow's defaults, PARQUET_VERSION V1 of DuckDB)");

    private static long Size(long value) => value is >= 0 and <= MostBytes ? value : throw new ParquetObjection("a size in it is impossible");
}
