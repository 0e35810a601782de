using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MergeOps.Diagnostics;

namespace MergeOps.Planning;

/// <summary>SHA-256 of a job's decisions in a quarter of the memory of its text: a plan may have 100,000 of them.</summary>
[InlineArray(SHA256.HashSizeInBytes)]
internal struct JobDigest : IEquatable<JobDigest>
{
    private byte first;

    /// <summary>Reads the text.</summary>
    /// <param name="hex">64 hex digits, or nothing for a job whose digest is not known yet.</param>
    public static JobDigest Parse(string hex)
    {
        var digest = default(JobDigest);
        if (hex.Length > 0)
        {
            Convert.FromHexString(hex).CopyTo(digest);
        }

        return digest;
    }

    /// <summary>Writes the text where a value is expected.</summary>
    public readonly void WriteTo(CanonicalJsonWriter json)
    {
        if (IsKnown)
        {
            json.Hex(Bytes);
        }
        else
        {
            json.Value("");
        }
    }

    /// <inheritdoc/>
    public readonly bool Equals(JobDigest other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override readonly bool Equals(object? other) => other is JobDigest digest && Equals(digest);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => MemoryMarshal.Read<int>(Bytes);

    /// <summary>Lower-case hex; nothing where it is not known.</summary>
    public override readonly string ToString() => IsKnown ? Convert.ToHexStringLower(Bytes) : "";

    private readonly bool IsKnown => !Equals(default(JobDigest));

    [UnscopedRef]
    private readonly ReadOnlySpan<byte> Bytes => this;
}
