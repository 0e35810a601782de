using System.Collections.Frozen;

namespace MergeOps.Evaluation.Data;

/// <summary>
/// Goes through a struct that Thrift wrote in its compact protocol, and says which numbers it holds. Every known field must have
/// the type that its format declares, and nothing may reach beyond the end. Source: Thrift's compact protocol.
/// </summary>
/// <param name="bytes">What begins with the struct.</param>
/// <param name="structs">The declared type of each field, by struct.</param>
/// <param name="number">Gets the struct, the field and the number of every known field that holds one.</param>
internal ref struct ThriftWalk(ReadOnlySpan<byte> bytes, FrozenDictionary<string, FrozenDictionary<int, string>> structs, Action<string, int, long>? number = null)
{
    private const int Deepest = 32;

    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>
    /// Structs by name, one in a line: <c>Name 1:i 2:[Other]</c>. The types: <c>i</c> a number of variable length, <c>b</c> a byte,
    /// <c>t</c> a truth value, <c>d</c> a double, <c>s</c> bytes; <c>[x]</c> a list; a name is a struct.
    /// </summary>
    /// <param name="text">The lines.</param>
    public static FrozenDictionary<string, FrozenDictionary<int, string>> Structs(string text) => text.Split('\n', StringSplitOptions.TrimEntries)
        .Select(line => line.Split(' '))
        .ToFrozenDictionary(words => words[0], words => words[1..].Select(word => word.Split(':')).ToFrozenDictionary(pair => int.Parse(pair[0], null), pair => pair[1]));

    /// <summary>How many bytes a struct takes.</summary>
    /// <param name="name">The struct.</param>
    /// <exception cref="ParquetObjection">It is not whole, or a field has another type.</exception>
    public int Length(string name)
    {
        var before = rest.Length;
        Struct(name, 0);
        return before - rest.Length;
    }

    private void Struct(string? name, int depth)
    {
        var fields = name is null ? null : structs[name];
        var id = 0L;
        for (var header = Byte(); header != 0; header = Byte())
        {
            var (step, type) = (header >> 4, (Wire)(header & 15));
            id = step > 0 ? id + step : Number();
            var declared = id is >= 0 and <= short.MaxValue ? fields?.GetValueOrDefault((int)id) : throw Broken();
            if (type is not (Wire.True or Wire.False))
            {
                Value(type, declared, depth, declared is null ? null : (name!, (int)id));
            }
            else if (declared is not (null or "t"))
            {
                throw Broken();
            }
        }
    }

    private void Value(Wire type, string? declared, int depth, (string Struct, int Id)? field = null)
    {
        if (depth > Deepest || (declared is not null && !Fits(type, declared)))
        {
            throw Broken();
        }

        switch (type)
        {
            case Wire.True or Wire.False or Wire.Byte:
                Skip(1);
                break;
            case Wire.Short or Wire.Int or Wire.Long:
                var value = Number();
                if (field is var (name, id))
                {
                    number?.Invoke(name, id, value);
                }

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

    // folded to be small for small negative ones
    private long Number() => Varint() is var folded ? (long)(folded >> 1) ^ -(long)(folded & 1) : 0;

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

    private static ParquetObjection Broken() => new("its structure is damaged");

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
