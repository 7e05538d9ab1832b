#!/bin/sh
# Makes the pictures of this folder, all of the first digit of ../../mnist, a seven, with ImageMagick 6.9: by libpng and
# libjpeg, so that what is read here was written by others. Run it in this folder.
set -eu

seven() { # arguments of convert: light ink on a dark ground in, the name of a file last
  gunzip -c ../../mnist/t10k-images-idx3-ubyte.gz | tail -c +17 | head -c 784 |
    convert -size 28x28 -depth 8 gray:- -filter Triangle -resize 60x60 -set colorspace sRGB "$@"
}

png() { # color type, bits a sample, interlace, name, arguments of convert
  type=$1 depth=$2 interlace=$3 name=$4
  shift 4
  seven "$@" -strip -define png:exclude-chunk=date,time -define "png:color-type=$type" -define "png:bit-depth=$depth" \
    -interlace "$interlace" "$name.png"
}

jpeg() { # name, arguments of convert
  name=$1
  shift
  seven -negate "$@" -strip -quality 85 "$name.jpg"
}

rm -f -- *.png *.jpg
for interlace in None PNG; do
  test $interlace = PNG && suffix=-interlaced || suffix=
  for depth in 1 2 4 8 16; do
    png 0 $depth $interlace "grey-$depth$suffix" -colorspace Gray
  done
  for depth in 1 2 4 8; do
    png 3 $depth $interlace "palette-$depth$suffix" -posterize $((1 << (depth > 4 ? 4 : depth))) +level-colors 'white,navy'
  done
  for depth in 8 16; do
    png 2 $depth $interlace "rgb-$depth$suffix" +level-colors 'white,navy'
    png 4 $depth $interlace "grey-alpha-$depth$suffix" -colorspace Gray -alpha copy -fill black -colorize 100
    png 6 $depth $interlace "rgba-$depth$suffix" -alpha copy -fill navy -colorize 100
  done
done
# One of the colors is transparent (tRNS).
png 3 1 None palette-transparent -threshold 50% -transparent black
png 0 8 None grey-transparent -threshold 50% -transparent black
png 2 8 None rgb-transparent -threshold 50% -negate -transparent white -fill navy -opaque black

color='-type TrueColor +level-colors navy,white'
jpeg 444 $color -sampling-factor 4:4:4
jpeg 422 $color -sampling-factor 4:2:2
jpeg 420 $color -sampling-factor 4:2:0
jpeg 411 $color -sampling-factor 4:1:1
jpeg progressive $color -sampling-factor 4:2:0 -interlace JPEG
jpeg grey -colorspace Gray
jpeg grey-progressive -colorspace Gray -interlace JPEG
jpeg cmyk -colorspace CMYK
