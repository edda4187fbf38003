#!/bin/sh
# firewalld: logs what it drops and rejects, IPv4 and IPv6, to this host and through it. As root.
#
# Its lines carry no TCP options, so that operating systems are told less surely; nothing in firewalld changes that. A zone whose target is
# ACCEPT logs nothing. Back: firewall-cmd --set-log-denied=off, or the copy.
set -eu
cp -a /etc/firewalld "/root/firewalld.before.$(date +%s)"
nft list ruleset > "/root/nftables.before.$(date +%s)"
# Kept over a restart; `unicast` instead of `all` leaves out broadcasts and multicasts.
firewall-cmd --set-log-denied=all
firewall-cmd --get-log-denied
