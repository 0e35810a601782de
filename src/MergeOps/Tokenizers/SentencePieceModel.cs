using System.Buffers.Binary;
using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Tokenizers;

/// <summary>
/// Reads the pieces of <c>tokenizer.model</c>, a SentencePiece model in protocol buffers (google/sentencepiece, <c>sentencepiece_model.proto</c>):
/// field 1 is a piece, its field 1 the text, 2 the score, 3 the type; field 3 is how texts are normalized.
/// </summary>
internal ref partial struct SentencePieceModel
{
    // the number of a field, and in the lowest bits the kind of its value
    private const ulong Pieces = (1 << 3) | OfBytes;
    private const ulong NormalizerSpec = (3 << 3) | OfBytes;
    private const ulong PieceText = (1 << 3) | OfBytes;
    private const ulong PieceScore = (2 << 3) | Of32Bits;
    private const ulong PieceType = 3 << 3;
    private const ulong OfBytes = 2;
    private const ulong Of32Bits = 5;

    private const ulong Normal = 1;
    private const ulong Byte = 6;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string path;
    private ReadOnlySpan<byte> rest;

    private SentencePieceModel(ReadOnlySpan<byte> bytes, string path)
    {
        this.path = path;
        rest = bytes;
    }

    /// <summary>Whether the bytes begin as such a model does; other formats have the same file name.</summary>
    public static bool IsOne(ReadOnlySpan<byte> file) => file is [(byte)Pieces, ..];

    /// <summary>Gives the pieces to the builder.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="builder">Takes the pieces; their ids are their places.</param>
    /// <returns>A digest of the scores and the rules of normalizing.</returns>
    /// <exception cref="MergeOpsException">It is no such model, or contradicts itself.</exception>
    public static string Read(ReadOnlySpan<byte> file, string path, VocabularyBuilder builder)
    {
        var digest = new MergesDigest();
        var model = new SentencePieceModel(file, path);
        for (var id = 0UL; !model.rest.IsEmpty;)
        {
            switch (model.Next(out _, out var bytes))
            {
                case Pieces:
                    var (text, score, isSpecial) = new SentencePieceModel(bytes, path).Piece();
                    builder.Add(text, id++, isSpecial);
                    digest.Add(score);
                    break;
                case NormalizerSpec:
                    digest.AddHalf(bytes);
                    break;
            }
        }

        return digest.Text;
    }

    private (string Text, double Score, bool IsSpecial) Piece()
    {
        var (text, score, type) = ("", 0f, Normal);
        while (!rest.IsEmpty)
        {
            switch (Next(out var number, out var bytes))
            {
                case PieceText:
                    text = Text(bytes);
                    break;
                case PieceScore:
                    score = BitConverter.UInt32BitsToSingle((uint)number);
                    break;
                case PieceType:
                    type = number is >= Normal and <= Byte ? number : throw Broken($"A piece has the type {number}.");
                    break;
            }
        }

        return (text, score, type is not (Normal or Byte));
    }

    private readonly string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException broken)
        {
            throw Broken("A piece is not UTF-8 text.", broken);
        }
    }

    // one field: its number, and its value as a number or as bytes
    private ulong Next(out ulong number, out ReadOnlySpan<byte> bytes)
    {
        var key = Varint();
        number = 0;
        bytes = default;
        switch (key & 7)
        {
            case 0:
                number = Varint();
                break;
            case 1:
                number = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
                break;
            case 2:
                bytes = Take(Varint());
                break;
            case 5:
                number = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));
                break;
            default:
                throw Broken($"A field has the wire type {key & 7}.");
        }

        return key;
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)rest.Length)
        {
            throw Broken($"A field takes {length:N0} bytes, and {rest.Length:N0} are left.");
        }

        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Broken("A number has more than ten bytes.");
    }

    private readonly MergeOpsException Broken(string detail, Exception? cause = null) =>
        TokenizerFiles.Refusal(path, $"It is not a readable SentencePiece model. {detail}", cause);
}
