using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace MergeOps.Diagnostics;

/// <summary>
/// Writes the text of <see cref="CanonicalJson"/> piece by piece, without a tree of it, into memory that is used again: plans
/// have a digest for each of 100,000 tensors. The members of an object may come in any order.
/// </summary>
internal sealed class CanonicalJsonWriter
{
    private readonly List<Level> open = [];
    private readonly List<Member> members = [];
    private readonly Utf8Text text = new();
    private byte[] room = [];

    /// <summary>What was written, as UTF-8.</summary>
    public ReadOnlySpan<byte> Written => text.Written;

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Written);

    /// <summary>SHA-256 of what was written and a line feed, lower-case hex.</summary>
    public string Digest()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        Digest(digest);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>The bytes of the same digest.</summary>
    /// <param name="digest">Takes them.</param>
    public void Digest(Span<byte> digest)
    {
        text.Append((byte)'\n');
        SHA256.HashData(Written, digest);
    }

    /// <summary>Forgets what was written.</summary>
    public CanonicalJsonWriter Clear()
    {
        open.Clear();
        members.Clear();
        text.Length = 0;
        return this;
    }

    /// <summary>Begins an object.</summary>
    public void BeginObject()
    {
        BeginItem();
        open.Add(new(members.Count, 0));
        text.Append((byte)'{');
    }

    /// <summary>Begins a list.</summary>
    public void BeginArray()
    {
        BeginItem();
        open.Add(new(-1, 0));
        text.Append((byte)'[');
    }

    /// <summary>Begins a member of the object; what is written next is its value.</summary>
    public CanonicalJsonWriter Name(string name)
    {
        var level = open[^1];
        if (level.Items > 0)
        {
            EndMember();
            text.Append((byte)',');
        }

        open[^1] = level with { Items = level.Items + 1 };
        members.Add(new(name, text.Length, 0));
        NewLine();
        text.AppendQuoted(name);
        text.Append(": "u8);
        return this;
    }

    /// <summary>Ends the object.</summary>
    /// <exception cref="ArgumentException">It has a member twice.</exception>
    public void EndObject()
    {
        if (open[^1].Items > 0)
        {
            EndMember();
            Sort(open[^1].First);
        }

        End((byte)'}');
    }

    /// <summary>Ends the list.</summary>
    public void EndArray() => End((byte)']');

    /// <summary>A text, or null.</summary>
    public void Value(string? value)
    {
        if (value is null)
        {
            Null();
            return;
        }

        BeginItem();
        text.AppendQuoted(value);
    }

    /// <summary>Bytes as a text in lower-case hex.</summary>
    public void Hex(ReadOnlySpan<byte> bytes)
    {
        BeginItem();
        text.AppendHex(bytes);
    }

    /// <summary>Nothing.</summary>
    public void Null() => Literal("null");

    /// <summary>A whole number.</summary>
    public void Value(long value)
    {
        BeginItem();
        text.AppendNumber(value);
    }

    /// <summary>A whole number that is not negative.</summary>
    public void Value(ulong value)
    {
        BeginItem();
        text.AppendNumber(value);
    }

    /// <summary>A truth value.</summary>
    public void Value(bool value) => Literal(value ? "true" : "false");

    /// <summary>A list of whole numbers.</summary>
    public void Value(ReadOnlySpan<long> values)
    {
        BeginArray();
        foreach (var value in values)
        {
            Value(value);
        }

        EndArray();
    }

    /// <summary>A number or another word that is JSON as it stands.</summary>
    public void Literal(string value)
    {
        BeginItem();
        text.Append(value);
    }

    private void BeginItem()
    {
        if (open is [.., { First: < 0 } list])
        {
            if (list.Items > 0)
            {
                text.Append((byte)',');
            }

            open[^1] = list with { Items = list.Items + 1 };
            NewLine();
        }
    }

    private void EndMember() => members[^1] = members[^1] with { End = text.Length };

    private void End(byte close)
    {
        var isEmpty = open[^1].Items == 0;
        open.RemoveAt(open.Count - 1);
        if (!isEmpty)
        {
            NewLine();
        }

        text.Append(close);
    }

    // puts the members from the first on into ordinal order, and forgets them
    private void Sort(int first)
    {
        var own = CollectionsMarshal.AsSpan(members)[first..];
        if (!IsSorted(own))
        {
            var begin = own[0].Begin;
            if (room.Length < text.Length - begin)
            {
                room = new byte[2 * (text.Length - begin)];
            }

            Written[begin..].CopyTo(room);
            own.Sort(static (one, other) => string.CompareOrdinal(one.Name, other.Name));
            text.Length = begin;
            for (var i = 0; i < own.Length; i++)
            {
                if (i > 0)
                {
                    text.Append((byte)',');
                    RefuseSecond(own[i - 1], own[i]);
                }

                text.Append(room.AsSpan(own[i].Begin - begin, own[i].End - own[i].Begin));
            }
        }

        members.RemoveRange(first, own.Length);
    }

    private static bool IsSorted(ReadOnlySpan<Member> members)
    {
        for (var i = 1; i < members.Length; i++)
        {
            if (string.CompareOrdinal(members[i - 1].Name, members[i].Name) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    private static void RefuseSecond(Member one, Member other)
    {
        if (one.Name == other.Name)
        {
            throw new ArgumentException($"the member {one.Name} occurs twice");
        }
    }

    private void NewLine()
    {
        text.Append((byte)'\n');
        text.AppendSpaces(2 * open.Count);
    }

    // of an object the place of its first member, of a list less than 0; how many items it has so far
    private readonly record struct Level(int First, int Items);

    // a member's name, and where its text begins and ends, without the comma before it
    private readonly record struct Member(string Name, int Begin, int End);
}
