using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace MergeOps.Publishing.Signing;

/// <summary>
/// Keys whose public point is written as x and one bit of y, as hardware and key services often do. .NET reads points with both
/// coordinates alone, so y is computed by SEC 1, section 2.3.4: on these curves y² = x³ − 3x + b modulo a prime p with
/// p mod 4 = 3, where a square root is the power of (p + 1) / 4.
/// </summary>
internal static class CompressedKey
{
    private const string EllipticCurves = "1.2.840.10045.2.1";
    private const byte EvenMark = 2;
    private const byte OddMark = 3;

    private static readonly Asn1Tag CurveTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag PointTag = new(TagClass.ContextSpecific, 1);

    // SEC 2, sections 2.4.2, 2.5.1 and 2.6.1
    private static readonly (string Oid, BigInteger Prime, BigInteger B)[] Curves =
    [
        ("1.2.840.10045.3.1.7", Power(256) - Power(224) + Power(192) + Power(96) - 1, Hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b")),
        ("1.3.132.0.34", Power(384) - Power(128) - Power(96) + Power(32) - 1, Hex("b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef")),
        ("1.3.132.0.35", Power(521) - 1, Hex("51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00")),
    ];

    /// <summary>The key with both coordinates; null when its point is not compressed, or it is no key on one of the three curves.</summary>
    /// <param name="pem">One block of PEM: of <c>SubjectPublicKeyInfo</c>, PKCS #8 or SEC 1.</param>
    /// <exception cref="CryptographicException">No point of the curve has that x.</exception>
    public static ECParameters? Read(string pem)
    {
        var fields = PemEncoding.Find(pem);
        try
        {
            var key = new AsnReader(Convert.FromBase64String(pem[fields.Base64Data]), AsnEncodingRules.BER).ReadSequence();
            return pem[fields.Label] switch
            {
                "PUBLIC KEY" => CurveIn(key.ReadSequence()) is { } curve ? Of(curve, key.ReadBitString(out _), null) : null,
                "PRIVATE KEY" => OfPkcs8(key),
                "EC PRIVATE KEY" => OfSec1(key, null),
                _ => null,
            };
        }
        catch (AsnContentException)
        {
            // no key at all, or one of another kind: whoever imports it says so
            return null;
        }
    }

    private static ECParameters? OfPkcs8(AsnReader key)
    {
        key.ReadInteger();
        return CurveIn(key.ReadSequence()) is { } curve ? OfSec1(new AsnReader(key.ReadOctetString(), AsnEncodingRules.BER).ReadSequence(), curve) : null;
    }

    private static ECParameters? OfSec1(AsnReader key, string? curve)
    {
        key.ReadInteger();
        var number = key.ReadOctetString();
        if (key.HasData && key.PeekTag().HasSameClassAndValue(CurveTag))
        {
            curve = key.ReadSequence(CurveTag).ReadObjectIdentifier();
        }

        return curve is not null && key.HasData && key.PeekTag().HasSameClassAndValue(PointTag) ? Of(curve, key.ReadSequence(PointTag).ReadBitString(out _), number) : null;
    }

    private static string? CurveIn(AsnReader algorithm) => algorithm.ReadObjectIdentifier() == EllipticCurves ? algorithm.ReadObjectIdentifier() : null;

    private static ECParameters? Of(string oid, byte[] point, byte[]? number)
    {
        if (point is not [EvenMark or OddMark, .. var across] || Array.Find(Curves, known => known.Oid == oid) is not { Oid: not null } curve)
        {
            return null;
        }

        var x = new BigInteger(across, isUnsigned: true, isBigEndian: true);
        var square = BigInteger.ModPow(x, 3, curve.Prime) + (3 * (curve.Prime - x)) + curve.B;
        var y = BigInteger.ModPow(square, (curve.Prime + 1) / 4, curve.Prime);
        if (across.Length != curve.Prime.GetByteCount(isUnsigned: true) || x >= curve.Prime || (square - (y * y)) % curve.Prime != 0)
        {
            throw new CryptographicException("No point of the curve has that x.");
        }

        if (y.IsEven != (point[0] == EvenMark))
        {
            y = curve.Prime - y;
        }

        var up = new byte[across.Length];
        y.TryWriteBytes(up.AsSpan(up.Length - y.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
        return new() { Curve = ECCurve.CreateFromValue(oid), Q = new() { X = across, Y = up }, D = number };
    }

    private static BigInteger Power(int exponent) => BigInteger.One << exponent;

    private static BigInteger Hex(string digits) => BigInteger.Parse($"0{digits}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
