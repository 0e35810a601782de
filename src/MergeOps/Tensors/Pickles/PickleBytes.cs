using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace MergeOps.Tensors.Pickles;

/// <summary>The bytes of a pickle that are not read yet, and how arguments of operations are written in them.</summary>
/// <param name="pickle">All of them.</param>
internal ref struct PickleBytes(ReadOnlySpan<byte> pickle)
{
    private const int LongestInteger = 8;

    private ReadOnlySpan<byte> rest = pickle;

    /// <summary>Whether all of them are read.</summary>
    public readonly bool IsAtEnd => rest.IsEmpty;

    /// <summary>The next byte.</summary>
    /// <exception cref="PickleRefusedException">There is none.</exception>
    public byte Byte() => Take(1)[0];

    /// <summary>The next 16 bits as a number.</summary>
    /// <exception cref="PickleRefusedException">There are fewer.</exception>
    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    /// <summary>The next 32 bits as a number with a sign.</summary>
    /// <exception cref="PickleRefusedException">There are fewer.</exception>
    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    /// <summary>The next 32 bits as a number.</summary>
    /// <exception cref="PickleRefusedException">There are fewer.</exception>
    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>The next 64 bits as a floating-point number.</summary>
    /// <exception cref="PickleRefusedException">There are fewer.</exception>
    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>A whole number.</summary>
    /// <param name="length">How many bytes it has.</param>
    /// <exception cref="PickleRefusedException">There are fewer, or more than a number of 64 bits has.</exception>
    public long Integer(int length)
    {
        var bytes = Take(length);
        if (bytes.Length > LongestInteger)
        {
            throw new PickleRefusedException("a number in it has more than 64 bits");
        }

        Span<byte> whole = stackalloc byte[LongestInteger];
        whole.Fill(bytes is [.., >= 0x80] ? byte.MaxValue : byte.MinValue);
        bytes.CopyTo(whole);
        return BinaryPrimitives.ReadInt64LittleEndian(whole);
    }

    /// <summary>Text.</summary>
    /// <param name="length">How many bytes it has.</param>
    /// <exception cref="PickleRefusedException">There are fewer, or they are not UTF-8.</exception>
    public string Text(uint length) => length <= rest.Length ? Text((int)length, 0) : throw PickleRefusedException.Damaged();

    /// <summary>Text up to the end of a line.</summary>
    /// <exception cref="PickleRefusedException">There is none, or it is not UTF-8.</exception>
    public string Line()
    {
        var end = rest.IndexOf((byte)'\n');
        return end >= 0 ? Text(end, 1) : throw PickleRefusedException.Damaged();
    }

    /// <summary>The next bytes.</summary>
    /// <exception cref="PickleRefusedException">There are fewer.</exception>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            throw PickleRefusedException.Damaged();
        }

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    private string Text(int length, int behind)
    {
        var bytes = Take(length);
        Take(behind);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw new PickleRefusedException("a text in it is not UTF-8");
    }
}
